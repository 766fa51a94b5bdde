import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';
import type { Actor, Right } from '../domain/access.js';
import type { MessageBody, Modal } from '../views/message.js';

/** Values of the options that were given, as Discord typed them; parsed again by each command. */
export type OptionValues = Readonly<Record<string, string | number | boolean>>;

/** What the bot itself may do in the channel of an interaction, as Discord states it with that interaction. */
export interface BotPermissions {
  /** See the channel, and write a message with an embed into it. */
  readonly write: boolean;
  readonly pin: boolean;
}

/** What every interaction brings. The dispatcher has authorised it and, unless it says otherwise, acknowledged it. */
export interface Invocation {
  /** The interaction's id: the reference in logs. */
  readonly id: string;
  readonly actor: Actor;
  /** Edits the acknowledged response: the whole message. Resolves with the message's id. */
  reply(message: MessageBody): Promise<string>;
  /** A further message, seen by this person alone. */
  whisper(message: MessageBody): Promise<void>;
  /**
   * A further message that the whole channel sees, whoever sees the response. After the first `reply` alone: before it,
   * Discord would give it the response's place. Resolves with the message's id.
   */
  announce(message: MessageBody): Promise<string>;
}

export interface CommandInvocation extends Invocation {
  readonly options: OptionValues;
  /** Name of the subcommand, where the command has any. */
  readonly subcommand?: string;
  /** Absent: not told. */
  readonly botMay?: BotPermissions;
}

/** A press of a button or a choice in a select menu. */
export interface PressInvocation extends Invocation {
  /** What stands in the custom_id after namespace and action. Anyone can send anything: looked up, never trusted. */
  readonly args: readonly string[];
  /** Chosen values of a select menu; empty for a button. */
  readonly values: readonly string[];
  readonly messageId: string;
}

/** A press that is answered by a modal, within 3 s and without a deferral. */
export interface ModalOpening {
  readonly id: string;
  readonly actor: Actor;
  readonly args: readonly string[];
  readonly values: readonly string[];
  readonly messageId: string;
}

export interface ModalInvocation extends Invocation {
  readonly args: readonly string[];
  /** Text by custom_id of the input. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface AutocompleteRequest {
  readonly actor: Actor;
  /** The option being typed, and what stands in it. */
  readonly option: string;
  readonly typed: string;
  readonly options: OptionValues;
  readonly subcommand?: string;
}

export interface Choice {
  readonly name: string;
  readonly value: string;
}

/**
 * How an interaction is acknowledged before the handler runs: `private` = a reply that only this person sees,
 * `channel` = a reply in the channel, `update` = the message that carries the button is edited.
 */
export type Acknowledgement = 'private' | 'channel' | 'update';

/** A slash command: one file in this folder, one line in index.ts. */
export interface Command {
  readonly definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /** What it takes to be offered the command and its suggestions, and to use it where `rightOf` says nothing else. */
  readonly right: Right;
  /** Where subcommands, or what they are about, need different rights. Called before anything is acknowledged: quick. */
  rightOf?(given: Pick<CommandInvocation, 'subcommand' | 'options'>): Right;
  readonly acknowledge: 'private' | 'channel';
  run(invocation: CommandInvocation): Promise<void>;
  /** At most 25 are shown. Only people with the command's right get any. */
  autocomplete?(request: AutocompleteRequest): Promise<readonly Choice[]>;
}

/** One action of a custom_id `namespace:action[:arg…]`. `rightOf`: where what it is about decides; as for commands. */
export type Action =
  | {
      readonly kind: 'press';
      readonly right: Right;
      rightOf?(args: readonly string[]): Right;
      readonly acknowledge: Acknowledgement;
      run(press: PressInvocation): Promise<void>;
    }
  | {
      /** Answered by a modal; the modal's own custom_id names the action that takes it. */
      readonly kind: 'open-modal';
      readonly right: Right;
      rightOf?(args: readonly string[]): Right;
      open(press: ModalOpening): Promise<Modal>;
    }
  | {
      readonly kind: 'modal';
      readonly right: Right;
      rightOf?(args: readonly string[]): Right;
      readonly acknowledge: Acknowledgement;
      run(modal: ModalInvocation): Promise<void>;
    };

/** All actions of one namespace. Buttons outlive the process, so routes are found by name alone. */
export interface ActionGroup {
  readonly namespace: string;
  readonly actions: Readonly<Record<string, Action>>;
}

export { customId } from '../views/custom-id.js';
