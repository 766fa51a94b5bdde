import {
  OptionType,
  type APIApplicationCommand,
  type APIApplicationCommandOption,
} from './discord-numbers.js';

/** A command as people type it: `/jobs list` is one of them. */
export interface Entry {
  /** Without the slash, with the subcommand. */
  readonly path: string;
  readonly command: string;
  readonly branch: string | undefined;
  readonly description: string;
  readonly options: readonly APIApplicationCommandOption[];
}

export function entriesOf(commands: readonly APIApplicationCommand[]): readonly Entry[] {
  return commands.flatMap(({ name, description, options = [] }): readonly Entry[] => {
    const branches = options.filter((option) => option.type === OptionType.Subcommand);
    if (branches.length === 0)
      return [{ path: name, command: name, branch: undefined, description, options }];
    return branches.map((branch) => ({
      path: `${name} ${branch.name}`,
      command: name,
      branch: branch.name,
      description: branch.description,
      options: 'options' in branch ? (branch.options ?? []) : [],
    }));
  });
}

/** What stands in the box before its caret. */
export type Typed =
  | { readonly at: 'nothing' }
  /** The name of a command, from character 1 on. */
  | { readonly at: 'name'; readonly prefix: string }
  /** An option's name; `from`: where it begins. */
  | {
      readonly at: 'option';
      readonly entry: Entry;
      readonly given: Given;
      readonly prefix: string;
      readonly from: number;
    }
  | {
      readonly at: 'value';
      readonly entry: Entry;
      readonly given: Given;
      readonly option: APIApplicationCommandOption;
      readonly value: string;
      readonly from: number;
    };

/** Values typed so far, by option. */
export type Given = ReadonlyMap<string, string>;

export function readTyped(text: string, entries: readonly Entry[]): Typed {
  if (!text.startsWith('/')) return { at: 'nothing' };
  const entry = entries.find(({ path }) => text === `/${path}` || text.startsWith(`/${path} `));
  if (!entry || text === `/${entry.path}`) return { at: 'name', prefix: text.slice(1) };
  const start = entry.path.length + 2;
  const names = new Set(entry.options.map(({ name }) => name));
  const marks = [...text.slice(start).matchAll(/(?:^|\s)([-_\p{Ll}\p{N}]+):/gu)].filter(([, name = '']) =>
    names.has(name),
  );
  const spans = marks.map((mark, index) => ({
    name: mark[1] ?? '',
    from: start + mark.index + mark[0].length,
    to: start + (marks[index + 1]?.index ?? text.length - start),
  }));
  const given = new Map(spans.map(({ name, from, to }) => [name, text.slice(from, to).trim()]));
  const last = spans.at(-1);
  const word = /(?<=\s)\S*$/.exec(text)?.[0] ?? '';
  const option = entry.options.find(({ name }) => name === last?.name);
  if (!last || !option) return { at: 'option', entry, given, prefix: word, from: text.length - word.length };
  const value = text.slice(last.from);
  if (isFinished(option, value.trimEnd()) && /\s\S*$/.test(value)) {
    return { at: 'option', entry, given, prefix: word, from: text.length - word.length };
  }
  // A text may hold spaces, but the next option may begin here too.
  const next = /\s(\S*)$/.exec(value);
  const begins =
    next &&
    value.trim() !== '' &&
    entry.options.some(({ name }) => !given.has(name) && name.startsWith(next[1] ?? ''));
  if (begins) return { at: 'option', entry, given, prefix: word, from: text.length - word.length };
  return { at: 'value', entry, given, option, value, from: last.from };
}

/** Whether nothing can come after this value but another option. */
function isFinished(option: APIApplicationCommandOption, value: string): boolean {
  const word = value.replace(/\s+\S*$/, '');
  const choices = choicesOf(option);
  return choices.some((choice) => choice.insert === value || choice.insert === word);
}

export interface Choice {
  readonly name: string;
  readonly insert: string;
}

export function choicesOf(option: APIApplicationCommandOption): readonly Choice[] {
  if (option.type === OptionType.Boolean) return ['True', 'False'].map((name) => ({ name, insert: name }));
  const choices = 'choices' in option ? (option.choices ?? []) : [];
  return choices.map(({ name, value }) => ({ name, insert: String(value) }));
}

const typeNames: Readonly<Record<number, string>> = {
  3: 'text',
  4: 'whole number',
  5: 'True or False',
  6: 'person',
  7: 'channel',
  8: 'role',
  10: 'number',
};

/** "required whole number, 1 to 10": what an option takes. */
export function sayOption(option: APIApplicationCommandOption): string {
  const { min_value: min, max_value: max } = option as { min_value?: number; max_value?: number };
  const range = min === undefined && max === undefined ? '' : `, ${min ?? '…'} to ${max ?? '…'}`;
  return `${option.required === true ? 'required ' : ''}${typeNames[option.type] ?? 'value'}${range}`;
}
