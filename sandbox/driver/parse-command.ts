import {
  ApplicationCommandOptionType as Type,
  type APIApplicationCommandOption,
} from 'discord-api-types/v10';
import type { GivenOption } from '../discord/interaction-payload.js';
import type { World } from '../discord/world.js';

/** What Discord's client would not let a person send. The message says why. */
export class Refusal extends Error {}

export interface Typed {
  readonly name: string;
  readonly options: readonly GivenOption[];
}

/**
 * `/train platform:rtx method:kto note:two words` as Discord's client reads it, held against the registered commands:
 * names, types, choices, ranges, required options. A value goes on until the next known `option:`. Throws Refusal.
 */
export function parseCommand(world: World, text: string): Typed {
  const [, name = '', rest = ''] = /^\/(\S+)\s*([^]*)$/.exec(text.trim()) ?? [];
  const command = world.commands.get(name);
  if (!command) throw new Refusal(`There is no command /${name}.`);
  const [branch, remaining] = chooseBranch(command.options ?? [], rest, `/${name}`);
  const options = readOptions(world, branch?.options ?? command.options ?? [], remaining, `/${name}`);
  return { name, options: branch ? [{ name: branch.name, type: Type.Subcommand, options }] : options };
}

interface Branch {
  readonly name: string;
  readonly options: readonly APIApplicationCommandOption[];
}

function chooseBranch(
  options: readonly APIApplicationCommandOption[],
  rest: string,
  where: string,
): readonly [Branch | undefined, string] {
  const branches = options.filter((option) => option.type === Type.Subcommand);
  if (branches.length === 0) return [undefined, rest];
  const [, word = '', remaining = ''] = /^(\S*)\s*([^]*)$/.exec(rest) ?? [];
  const found = branches.find(({ name }) => name === word);
  if (!found) throw new Refusal(`${where} needs one of: ${branches.map(({ name }) => name).join(', ')}.`);
  return [{ name: found.name, options: found.options ?? [] }, remaining];
}

function readOptions(
  world: World,
  options: readonly APIApplicationCommandOption[],
  text: string,
  where: string,
): readonly GivenOption[] {
  const given = splitOptions(
    options.map(({ name }) => name),
    text,
    where,
  );
  for (const { name, required } of options) {
    if (required === true && !given.has(name)) throw new Refusal(`${where} needs ${name}.`);
  }
  return [...given].map(([name, raw]) => {
    const option = options.find((one) => one.name === name);
    if (!option) throw new Refusal(`${where} has no option ${name}.`);
    return readOption(world, option, raw);
  });
}

/** Values by option name, in the order typed. */
export function splitOptions(names: readonly string[], text: string, where: string): Map<string, string> {
  const given = new Map<string, string>();
  if (text.trim() === '') return given;
  const starts = [...text.matchAll(/(?:^|\s)([-_\p{Ll}\p{N}]+):/gu)].filter(([, name]) =>
    names.includes(name ?? ''),
  );
  const first = starts[0];
  if (!first || text.slice(0, first.index).trim() !== '') {
    throw new Refusal(
      `${where} does not understand "${text.trim().split(/\s/)[0]}"; its options are ${names.join(', ')}.`,
    );
  }
  starts.forEach((start, index) => {
    const value = text.slice(start.index + start[0].length, starts[index + 1]?.index ?? text.length).trim();
    given.set(start[1] ?? '', value);
  });
  return given;
}

function readOption(world: World, option: APIApplicationCommandOption, raw: string): GivenOption {
  const { name, type } = option;
  const choices = 'choices' in option ? (option.choices ?? []) : [];
  const choice = choices.find((one) => String(one.value) === raw || one.name === raw);
  if (choices.length > 0 && !choice) {
    throw new Refusal(`${name} must be one of: ${choices.map((one) => one.name).join(', ')}.`);
  }
  if (type === Type.Boolean) {
    if (!/^(?:true|false)$/i.test(raw)) throw new Refusal(`${name} must be True or False.`);
    return { name, type, value: raw.toLowerCase() === 'true' };
  }
  if (type === Type.Integer || type === Type.Number) return { name, type, value: readNumber(option, raw) };
  if (type === Type.User) return { name, type, value: readPerson(world, name, raw) };
  const text = choice ? String(choice.value) : raw;
  const { min_length: min = 0, max_length: max = 6000 } = option as {
    min_length?: number;
    max_length?: number;
  };
  if (text.length < min || text.length > max)
    throw new Refusal(`${name} must have ${min} to ${max} characters.`);
  return { name, type, value: text };
}

/** `@tom`, `Tom` or `<@ID>`; Discord's client offers who is in the server. */
function readPerson({ members }: World, name: string, raw: string): string {
  const wanted = raw.replace(/^@|^<@!?|>$/g, '').toLowerCase();
  const found = [...members.values()].find(({ user }) =>
    [user.id, user.username, user.globalName.toLowerCase()].includes(wanted),
  );
  if (!found) throw new Refusal(`${name} must be somebody of this server.`);
  return found.user.id;
}

function readNumber(option: APIApplicationCommandOption, raw: string): number {
  const value = Number(raw);
  if (raw === '' || !Number.isFinite(value)) throw new Refusal(`${option.name} must be a number.`);
  if (option.type === Type.Integer && !Number.isSafeInteger(value)) {
    throw new Refusal(`${option.name} must be a whole number.`);
  }
  const { min_value: min = -(2 ** 53), max_value: max = 2 ** 53 } = option as {
    min_value?: number;
    max_value?: number;
  };
  if (value < min || value > max) throw new Refusal(`${option.name} must be between ${min} and ${max}.`);
  return value;
}
