import {
  ApplicationCommandOptionType,
  ButtonStyle,
  type APIApplicationCommandOption,
} from 'discord-api-types/v10';
import type { Choice, Interaction, Outcome } from '../discord/interactions.js';
import type { GivenOption } from '../discord/interaction-payload.js';
import { ids } from '../discord/seed.js';
import type { Sandbox } from '../discord/server.js';
import type { Message, Modal, World } from '../discord/world.js';
import { findButton, inputsOf, labelOf, selectsOf } from './components.js';
import { parseCommand, Refusal, type Typed } from './parse-command.js';

/** A person's deed with what came of it. */
export interface Done {
  readonly interaction: Interaction;
  readonly outcome: Outcome;
}

/** A modal that is open on a person's screen. */
export interface OpenModal {
  readonly modal: Modal;
  /** The message whose button opened it. */
  readonly message?: Message;
}

/** One person at a client, in one channel. What their client would refuse throws Refusal. */
export interface Person {
  readonly userId: string;
  readonly channelId: string;
  in(channelId: string): Person;
  /** Types a slash command and sends it. */
  command(text: string): Promise<Done>;
  /** Sends a command whose options the client did not check: what a forged client can do. */
  raw(typed: Typed): Promise<Done>;
  /** What autocomplete offers for the option being typed. */
  complete(
    name: string,
    focused: string,
    text: string,
    others?: readonly GivenOption[],
    /** The subcommand. */
    branch?: string,
  ): Promise<readonly Choice[]>;
  press(message: Message, label: string): Promise<Done>;
  /** Presses whatever custom_id is given, whether it stands on the message or not. */
  forge(message: Message, customId: string, values?: readonly string[]): Promise<Done>;
  choose(message: Message, values: readonly string[], customId?: string): Promise<Done>;
  /** Fills in fields by label or custom_id, leaves the others as they are, and sends. */
  submit(open: OpenModal, fields: Readonly<Record<string, string>>): Promise<Done>;
  forgeModal(customId: string, values: Readonly<Record<string, string>>, message?: Message): Promise<Done>;
  /** What this person sees in the channel, oldest first. */
  messages(): readonly Message[];
  may(message: Message): boolean;
}

/** Somebody of the sandbox's server by name, e.g. `tom`; an id is taken as it is. */
export function as(sandbox: Sandbox, who: string, channelId: string = ids.channels.training): Person {
  const { world, interactions } = sandbox;
  const userId = userIdOf(world, who);

  async function perform(deed: Parameters<typeof interactions.start>[0]): Promise<Done> {
    const interaction = interactions.start(deed, { userId, channelId });
    return { interaction, outcome: await interaction.outcome };
  }

  function sees(message: Message): boolean {
    return message.ephemeralFor === undefined || message.ephemeralFor === userId;
  }

  return {
    userId,
    channelId,
    in: (other) => as(sandbox, userId, other),
    command: async (text) => perform({ kind: 'command', ...parseCommand(world, text) }),
    raw: (typed) => perform({ kind: 'command', ...typed }),
    async complete(name, focused, text, others = [], branch) {
      const type = optionType(world, name, focused);
      const options = [...others, { name: focused, type, value: text, focused: true }];
      const nested = branch === undefined ? options : [{ name: branch, type: 1, options }];
      const { outcome } = await perform({ kind: 'autocomplete', name, options: nested });
      return outcome.kind === 'choices' ? outcome.choices : [];
    },
    async press(message, label) {
      const button = findButton(message, label);
      if (!button || !sees(message)) throw new Refusal(`There is no button "${label}" on that message.`);
      if (button.disabled === true) throw new Refusal(`The button "${labelOf(button)}" is disabled.`);
      if (button.style === ButtonStyle.Link || !('custom_id' in button)) {
        throw new Refusal(`"${labelOf(button)}" is a link.`);
      }
      return perform({ kind: 'component', message, customId: button.custom_id });
    },
    forge: (message, customId, values) =>
      perform({ kind: 'component', message, customId, ...(values && { values }) }),
    async choose(message, values, customId) {
      const select = selectsOf(message).find((one) => customId === undefined || one.custom_id === customId);
      if (!select) throw new Refusal('There is no menu on that message.');
      const offered = values.map(
        (value) => select.options.find((one) => one.value === value || one.label === value)?.value,
      );
      if (offered.includes(undefined))
        throw new Refusal(`The menu offers: ${select.options.map((one) => one.label).join(', ')}.`);
      const chosen = offered.filter((value) => value !== undefined);
      return perform({ kind: 'component', message, customId: select.custom_id, values: chosen });
    },
    async submit({ modal, message }, fields) {
      const inputs = inputsOf(modal);
      const known = new Set(inputs.flatMap(({ label, customId }) => [label, customId]));
      const unknown = Object.keys(fields).find((name) => !known.has(name));
      if (unknown !== undefined)
        throw new Refusal(
          `There is no field "${unknown}"; there are ${inputs.map(({ label }) => label).join(', ')}.`,
        );
      const values = inputs.map((input) => {
        const value = fields[input.label] ?? fields[input.customId] ?? input.value;
        if (input.required && value === '') throw new Refusal(`${input.label} is required.`);
        if (value.length > input.maxLength || (value !== '' && value.length < input.minLength)) {
          throw new Refusal(`${input.label} must have ${input.minLength} to ${input.maxLength} characters.`);
        }
        return [input.customId, value] as const;
      });
      return perform({
        kind: 'modal',
        customId: modal.custom_id,
        values: Object.fromEntries(values),
        ...(message && { message }),
      });
    },
    forgeModal: (customId, values, message) =>
      perform({ kind: 'modal', customId, values, ...(message && { message }) }),
    messages: () => (world.messages.get(channelId) ?? []).filter(sees),
    may: sees,
  };
}

function userIdOf(world: World, who: string): string {
  if (/^\d{15,20}$/.test(who)) return who;
  const found = [...world.members.values()].find(({ user }) => user.username === who.toLowerCase());
  if (!found)
    throw new Refusal(
      `There is nobody named ${who}; there are ${[...world.members.values()].map(({ user }) => user.username).join(', ')}.`,
    );
  return found.user.id;
}

function optionType(world: World, command: string, option: string): number {
  const options: readonly APIApplicationCommandOption[] = world.commands.get(command)?.options ?? [];
  const nested = options.flatMap((one): readonly APIApplicationCommandOption[] =>
    one.type === ApplicationCommandOptionType.Subcommand ? (one.options ?? []) : [],
  );
  return [...options, ...nested].find(({ name }) => name === option)?.type ?? 3;
}
