import { ApplicationCommandType, InteractionType, type APIInteraction } from 'discord-api-types/v10';
import type { Acknowledgement, Action, Command } from '../commands/command.js';
import { readFields, readOptions, type CommandInput } from './interaction-input.js';
import type { Router } from './routes.js';

interface Named {
  /** `train`, `jobs cancel`, `train:start`: for logs and the audit. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

type ActionOf<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

/** What an interaction wants, looked up by name alone. */
export type Target =
  | (Named & { readonly kind: 'command'; readonly command: Command; readonly given: CommandInput })
  | (Named & {
      readonly kind: 'press';
      readonly action: ActionOf<'press'> | ActionOf<'open-modal'>;
      readonly args: readonly string[];
      readonly values: readonly string[];
      readonly messageId: string;
    })
  | (Named & {
      readonly kind: 'modal';
      readonly action: ActionOf<'modal'>;
      readonly args: readonly string[];
      readonly fields: Readonly<Record<string, string>>;
      readonly acknowledge: Acknowledgement;
    })
  | (Named & { readonly kind: 'unknown'; readonly what: 'command' | 'press' | 'modal' });

export type KnownTarget = Exclude<Target, { kind: 'unknown' }>;

/** Finds what the interaction is for. Autocompletions are looked up as their commands. */
export function findTarget(
  interaction: APIInteraction,
  commands: ReadonlyMap<string, Command>,
  route: Router,
): Target {
  switch (interaction.type) {
    case InteractionType.ApplicationCommand:
    case InteractionType.ApplicationCommandAutocomplete:
      return findCommand(interaction, commands);
    case InteractionType.MessageComponent: {
      const { custom_id: customId } = interaction.data;
      const values = 'values' in interaction.data ? interaction.data.values : [];
      const found = route(customId);
      if (!found || found.action.kind === 'modal') return unknown('press', { customId, values });
      const { name, action, args } = found;
      return {
        kind: 'press',
        name,
        input: { args, values },
        action,
        args,
        values,
        messageId: interaction.message.id,
      };
    }
    case InteractionType.ModalSubmit: {
      const { custom_id: customId } = interaction.data;
      const fields = readFields(interaction.data);
      const found = route(customId);
      if (!found || found.action.kind !== 'modal') return unknown('modal', { customId, ...fields });
      const { name, action, args } = found;
      // Only a modal that was opened from a message can update one.
      const acknowledge =
        action.acknowledge === 'update' && !interaction.message ? 'private' : action.acknowledge;
      return { kind: 'modal', name, input: { args, ...fields }, action, args, fields, acknowledge };
    }
    default:
      return unknown('command', {});
  }
}

type CommandInteraction = Extract<
  APIInteraction,
  { type: InteractionType.ApplicationCommand | InteractionType.ApplicationCommandAutocomplete }
>;

function findCommand(interaction: CommandInteraction, commands: ReadonlyMap<string, Command>): Target {
  const { data } = interaction;
  const command = commands.get(data.name);
  if (!command || data.type !== ApplicationCommandType.ChatInput) {
    return unknown('command', { command: data.name });
  }
  const given = readOptions(data.options);
  const name = given.subcommand === undefined ? data.name : `${data.name} ${given.subcommand}`;
  return { kind: 'command', name, input: given.options, command, given };
}

function unknown(what: 'command' | 'press' | 'modal', input: Readonly<Record<string, unknown>>): Target {
  return { kind: 'unknown', name: 'unknown', what, input };
}
