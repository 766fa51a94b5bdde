import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { asRecord, type Form } from './form.js';

/** Names of commands and options: `^[-_'\p{L}\p{N}…]{1,32}$`, lower case where there is one. */
const namePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

/**
 * A slash command's definition
 * (https://docs.discord.com/developers/interactions/application-commands#application-command-object).
 */
export function checkCommand(
  form: Form,
  command: Readonly<Record<string, unknown>>,
  path: readonly string[],
): void {
  checkName(form, command['name'], [...path, 'name']);
  form.text([...path, 'description'], command['description'], { min: 1, max: 100, required: true });
  checkOptions(form, command['options'], [...path, 'options']);
  if (characters(command) > 8000) {
    form.fault(path, 'APPLICATION_COMMAND_TOO_LARGE', 'Command exceeds maximum size (8000)');
  }
}

function checkName(form: Form, name: unknown, path: readonly string[]): void {
  if (typeof name !== 'string' || !namePattern.test(name) || name !== name.toLowerCase()) {
    form.fault(path, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
  }
}

function checkOptions(form: Form, value: unknown, path: readonly string[]): void {
  const options = form.list(path, value, { max: 25 }).map(asRecord);
  const names = new Set<unknown>();
  let optionalSeen = false;
  options.forEach((option, index) => {
    const own = [...path, String(index)];
    checkName(form, option['name'], [...own, 'name']);
    form.text([...own, 'description'], option['description'], { min: 1, max: 100, required: true });
    if (names.has(option['name'])) {
      form.fault(own, 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', 'Option names must be unique');
    }
    names.add(option['name']);
    if (option['required'] === true && optionalSeen) {
      form.fault(
        own,
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
    }
    optionalSeen ||= option['required'] !== true;
    const { type } = option;
    const nested =
      type === ApplicationCommandOptionType.Subcommand ||
      type === ApplicationCommandOptionType.SubcommandGroup;
    if (nested) checkOptions(form, option['options'], [...own, 'options']);
    else checkChoices(form, option, own);
  });
}

function checkChoices(form: Form, option: Readonly<Record<string, unknown>>, path: readonly string[]): void {
  const choices = form.list([...path, 'choices'], option['choices'], { max: 25 }).map(asRecord);
  if (choices.length > 0 && option['autocomplete'] === true) {
    form.fault(path, 'APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES', 'Autocomplete cannot be set with choices');
  }
  choices.forEach((choice, index) => checkChoice(form, choice, [...path, 'choices', String(index)]));
}

/** One choice of an option or of an autocomplete's answer. */
export function checkChoice(
  form: Form,
  choice: Readonly<Record<string, unknown>>,
  path: readonly string[],
): void {
  form.text([...path, 'name'], choice['name'], { min: 1, max: 100, required: true });
  if (typeof choice['value'] === 'string') {
    form.text([...path, 'value'], choice['value'], { min: 1, max: 100, required: true });
  } else if (typeof choice['value'] !== 'number') {
    form.fault([...path, 'value'], 'BASE_TYPE_REQUIRED', 'This field is required');
  }
}

/** Name, description and value texts of a command with everything in it. */
function characters(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, one) => sum + characters(one), 0);
  const record = asRecord(node);
  const own = ['name', 'description', 'value']
    .map((key) => record[key])
    .reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0);
  return own + characters(record['options'] ?? []) + characters(record['choices'] ?? []);
}
