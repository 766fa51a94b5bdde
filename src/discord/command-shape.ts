import { ApplicationCommandType } from 'discord-api-types/v10';

/**
 * Reduces a command, as defined here or as told by Discord, to what can differ. Discord adds ids and versions, leaves out
 * what is false or empty, and states its defaults: both become the same text when the commands are the same.
 */
export function commandShape(command: object): string {
  return JSON.stringify(
    { type: ApplicationCommandType.ChatInput, ...reduce(command, commandKeys) },
    sortKeys,
  );
}

const commandKeys = [
  'type',
  'name',
  'description',
  'name_localizations',
  'description_localizations',
  'default_member_permissions',
  'nsfw',
  'options',
];

const optionKeys = [
  'type',
  'name',
  'description',
  'name_localizations',
  'description_localizations',
  'required',
  'autocomplete',
  'choices',
  'options',
  'channel_types',
  'min_value',
  'max_value',
  'min_length',
  'max_length',
];

const choiceKeys = ['name', 'value', 'name_localizations'];

function reduce(thing: object, keys: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(thing)
    .filter(([key, value]) => keys.includes(key) && !isDefault(value))
    .map(([key, value]): [string, unknown] => [key, reduceInner(key, value)]);
  return Object.fromEntries(entries);
}

function reduceInner(key: string, value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const keys = key === 'options' ? optionKeys : key === 'choices' ? choiceKeys : undefined;
  // Channel types, in any order.
  if (!keys) return [...value].sort((a, b) => Number(a) - Number(b));
  return value.map((one: unknown) => (typeof one === 'object' && one !== null ? reduce(one, keys) : one));
}

function isDefault(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
