import { ask } from './control.js';
import { OptionType, type APIApplicationCommandOption } from './discord-numbers.js';
import type { State } from './state.js';
import { choicesOf, entriesOf, readTyped, sayOption, type Choice, type Entry, type Typed } from './typed.js';

export interface Suggestion {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** The whole text once it is taken. */
  readonly text: string;
}

export interface Suggestions {
  readonly heading: string;
  readonly items: readonly Suggestion[];
  /** Enter takes this one rather than sending; -1: none. */
  readonly first: number;
}

const nothing: Suggestions = { heading: '', items: [], first: -1 };

/** What may come next after this text, for the reader. Asks the bot where an option completes itself. */
export async function suggest(state: State, text: string): Promise<Suggestions> {
  const entries = entriesOf(state.commands);
  const typed = readTyped(text, entries);
  switch (typed.at) {
    case 'nothing':
      return nothing;
    case 'name':
      return suggestNames(entries, typed.prefix);
    case 'option':
      return suggestOptions(text, typed);
    default:
      return suggestValues(state, text, typed);
  }
}

function suggestNames(entries: readonly Entry[], prefix: string): Suggestions {
  const items = entries
    .filter(({ path }) => path.startsWith(prefix))
    .map(({ path, description }) => ({ name: `/${path}`, description, required: false, text: `/${path} ` }));
  const done = items.some(({ name }) => name === `/${prefix}`);
  return { heading: 'Commands', items, first: done ? -1 : 0 };
}

function suggestOptions(text: string, typed: Extract<Typed, { at: 'option' }>): Suggestions {
  const { entry, given, prefix, from } = typed;
  const left = entry.options.filter(({ name }) => !given.has(name) && name.startsWith(prefix));
  const items = left.map((option) => ({
    name: option.name,
    description: `${option.description} (${sayOption(option)})`,
    required: option.required === true,
    text: `${text.slice(0, from)}${option.name}:`,
  }));
  const missing = entry.options.some(({ name, required }) => required === true && !given.has(name));
  return { heading: `/${entry.path}`, items, first: missing || prefix !== '' ? 0 : -1 };
}

async function suggestValues(
  state: State,
  text: string,
  typed: Extract<Typed, { at: 'value' }>,
): Promise<Suggestions> {
  const { option, value, from } = typed;
  const wanted = value.trim().toLowerCase();
  const choices = isCompleted(option)
    ? await complete(state, typed)
    : option.type === OptionType.User
      ? peopleOf(state)
      : choicesOf(option);
  const fitting = isCompleted(option)
    ? choices
    : choices.filter((one) => `${one.name} ${one.insert}`.toLowerCase().includes(wanted));
  const items = fitting.map(({ name, insert }) => ({
    name,
    description: '',
    required: false,
    text: `${text.slice(0, from)}${insert} `,
  }));
  const exact = choices.some(({ name, insert }) => insert === value.trim() || name === value.trim());
  return {
    heading: `${option.name}: ${option.description} (${sayOption(option)})`,
    items,
    first: exact || (wanted === '' && option.required !== true) ? -1 : items.length > 0 ? 0 : -1,
  };
}

function peopleOf({ people }: State): readonly Choice[] {
  return [...people.values()].map(({ name, username }) => ({ name, insert: `@${username}` }));
}

function isCompleted(option: APIApplicationCommandOption): boolean {
  return 'autocomplete' in option && option.autocomplete;
}

async function complete(state: State, { entry, option, value, given }: Extract<Typed, { at: 'value' }>) {
  const others = entry.options
    .filter(({ name }) => name !== option.name && given.has(name))
    .map(({ name, type }) => ({ name, type, value: given.get(name) ?? '' }));
  const { outcome } = await ask('complete', {
    as: state.readerId,
    channel: state.channelId,
    command: entry.command,
    branch: entry.branch,
    option: option.name,
    text: value.trim(),
    others,
  });
  return (outcome?.choices ?? []).map((choice) => ({ name: choice.name, insert: String(choice.value) }));
}
