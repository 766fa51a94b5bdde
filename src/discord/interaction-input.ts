import {
  ApplicationCommandOptionType,
  ComponentType,
  type APIApplicationCommandInteractionDataOption,
  type APIModalSubmission,
  type InteractionType,
} from 'discord-api-types/v10';
import type { OptionValues } from '../commands/command.js';

type Option = APIApplicationCommandInteractionDataOption<
  InteractionType.ApplicationCommand | InteractionType.ApplicationCommandAutocomplete
>;

/** What was typed with a slash command. */
export interface CommandInput {
  readonly options: OptionValues;
  /** `name`, or `group name` where subcommands stand in groups. */
  readonly subcommand?: string;
  /** The option being typed; in autocompletions alone. */
  readonly focused?: { readonly option: string; readonly typed: string };
}

/** Options by name, those of a subcommand on the same level. */
export function readOptions(given: readonly Option[] = []): CommandInput {
  const [first] = given;
  if (
    first?.type === ApplicationCommandOptionType.Subcommand ||
    first?.type === ApplicationCommandOptionType.SubcommandGroup
  ) {
    const inner = readOptions(first.options);
    return {
      ...inner,
      subcommand: inner.subcommand === undefined ? first.name : `${first.name} ${inner.subcommand}`,
    };
  }
  const values: [string, string | number | boolean][] = [];
  let focused: CommandInput['focused'];
  for (const option of given) {
    if (!('value' in option)) continue;
    values.push([option.name, option.value]);
    if ('focused' in option && option.focused) focused = { option: option.name, typed: String(option.value) };
  }
  return { options: Object.fromEntries(values), ...(focused ? { focused } : {}) };
}

/** What was typed into a modal: text by custom_id of the input. Rows and labels both hold inputs. */
export function readFields(submission: APIModalSubmission): Readonly<Record<string, string>> {
  const values: [string, string][] = [];
  for (const part of submission.components) {
    const inputs =
      part.type === ComponentType.ActionRow
        ? part.components
        : part.type === ComponentType.Label
          ? [part.component]
          : [];
    for (const input of inputs) {
      if ('value' in input && typeof input.value === 'string') values.push([input.custom_id, input.value]);
      else if ('values' in input) values.push([input.custom_id, input.values.join(',')]);
    }
  }
  return Object.fromEntries(values);
}
