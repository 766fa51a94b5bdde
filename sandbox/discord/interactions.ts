import { randomBytes } from 'node:crypto';
import { InteractionResponseType } from 'discord-api-types/v10';
import {
  alreadyAcknowledged,
  ApiError,
  invalidWebhookToken,
  unknownInteraction,
  unknownMessage,
  unknownWebhook,
} from './api-error.js';
import { interactionPayload, type Deed } from './interaction-payload.js';
import { applyInput, type MessageInput } from './message-input.js';
import { isEphemeral, newMessage, removeMessage, type Messages } from './messages.js';
import type { MediaBase } from './present.js';
import { checkChoice } from './validate/command.js';
import { asRecord, validate } from './validate/form.js';
import { checkModal } from './validate/modal.js';
import { findMessage, type Message, type Modal, type World } from './world.js';

/** The first response must come within this time (https://docs.discord.com/developers/interactions/receiving-and-responding). */
const firstResponseMs = 3_000;
/** So long the token can be used for more. */
const tokenMs = 15 * 60_000;

export interface Choice {
  readonly name: string;
  readonly value: string | number;
}

/** What came of an interaction, as the person's client sees it. */
export type Outcome =
  | { readonly kind: 'message' | 'deferred' | 'updated'; readonly message: Message }
  /** A press that changes nothing yet: the client stops its spinner. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'modal'; readonly modal: Modal }
  | { readonly kind: 'choices'; readonly choices: readonly Choice[] }
  /** "The application did not respond". */
  | { readonly kind: 'failed' };

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly deed: Deed;
  readonly userId: string;
  readonly channelId: string;
  /** Epoch ms of the sandbox's clock. */
  readonly createdAt: number;
  /** Resolves with what came first. */
  readonly outcome: Promise<Outcome>;
  /** Real ms from sending the event to the arrival of the first response; undefined before. */
  ackMs: number | undefined;
  state: 'waiting' | 'acknowledged' | 'failed';
  /** What `@original` stands for. */
  original: Message | undefined;
}

export interface Interactions {
  /** A person does something. The bot is told, and has 3 s. */
  start(
    deed: Deed,
    from: { readonly userId: string; readonly channelId: string; readonly guildId?: string },
  ): Interaction;
  /** POST /interactions/{id}/{token}/callback. Throws ApiError 10062 when it is too late, 40060 the second time. */
  respond(id: string, token: string, input: MessageInput): Interaction;
  /** The interaction of a webhook's token. Throws ApiError when it is unknown, unanswered or over 15 minutes old. */
  byToken(token: string): Interaction;
  followUp(interaction: Interaction, input: MessageInput): Message;
  /** `@original` or an id. */
  message(interaction: Interaction, id: string): Message;
  removeMessage(interaction: Interaction, id: string): void;
}

export interface InteractionParts {
  readonly world: World;
  readonly messages: Messages;
  readonly media: () => MediaBase;
  /** Sends a gateway event to the bot. */
  readonly send: (event: string, data: unknown) => void;
}

interface Pending {
  readonly interaction: Interaction;
  readonly settle: (outcome: Outcome) => void;
  readonly timer: NodeJS.Timeout;
  readonly sentAt: number;
}

/** Interactions from the event to the last follow-up. */
export function createInteractions({ world, messages, media, send }: InteractionParts): Interactions {
  const pending = new Map<string, Pending>();
  const byToken = new Map<string, Interaction>();

  function fail(id: string): void {
    const entry = pending.get(id);
    if (!entry || entry.interaction.state !== 'waiting') return;
    entry.interaction.state = 'failed';
    entry.settle({ kind: 'failed' });
    world.tell({ type: 'interaction', id });
  }

  function show(interaction: Interaction, parts: Partial<Message>, flags: unknown): Message {
    const name = 'name' in interaction.deed ? interaction.deed.name : '';
    return messages.place({
      ...newMessage(world, interaction.channelId),
      ephemeralFor: isEphemeral(flags) ? interaction.userId : undefined,
      interaction: { id: interaction.id, userId: interaction.userId, name },
      pinged: parts.mentions ?? [],
      ...parts,
    });
  }

  function apply(interaction: Interaction, { body, uploads }: MessageInput): Outcome {
    const { deed } = interaction;
    const source = 'message' in deed ? deed.message : undefined;
    const data = { body: asRecord(body['data']), uploads };
    switch (body['type']) {
      case InteractionResponseType.ChannelMessageWithSource: {
        if (deed.kind === 'autocomplete') throw wrongType();
        interaction.original = show(interaction, applyInput(world, data), data.body['flags']);
        return { kind: 'message', message: interaction.original };
      }
      case InteractionResponseType.DeferredChannelMessageWithSource: {
        if (deed.kind === 'autocomplete') throw wrongType();
        interaction.original = show(interaction, { loading: true }, data.body['flags']);
        return { kind: 'deferred', message: interaction.original };
      }
      case InteractionResponseType.DeferredMessageUpdate:
        if (!source) throw wrongType();
        interaction.original = source;
        return { kind: 'accepted' };
      case InteractionResponseType.UpdateMessage:
        if (!source) throw wrongType();
        interaction.original = source;
        return { kind: 'updated', message: messages.change(source, data) };
      case InteractionResponseType.ApplicationCommandAutocompleteResult:
        if (deed.kind !== 'autocomplete') throw wrongType();
        return { kind: 'choices', choices: checkedChoices(data.body) };
      case InteractionResponseType.Modal:
        if (deed.kind === 'modal' || deed.kind === 'autocomplete') throw wrongType();
        validate((form) => checkModal(form, data.body));
        return { kind: 'modal', modal: data.body as object as Modal };
      default:
        throw wrongType();
    }
  }

  return {
    start(deed, from) {
      const id = world.nextId();
      const token = randomBytes(48).toString('base64url');
      let settle: (outcome: Outcome) => void = () => undefined;
      const outcome = new Promise<Outcome>((resolve) => {
        settle = resolve;
      });
      const { userId, channelId } = from;
      const createdAt = world.clock.now();
      const interaction: Interaction = {
        id,
        token,
        deed,
        userId,
        channelId,
        createdAt,
        outcome,
        ackMs: undefined,
        state: 'waiting',
        original: undefined,
      };
      const timer = setTimeout(() => fail(id), firstResponseMs);
      pending.set(id, { interaction, settle, timer, sentAt: performance.now() });
      byToken.set(token, interaction);
      forgetOld(byToken, world);
      send('INTERACTION_CREATE', interactionPayload(world, media(), deed, { id, token, ...from }));
      return interaction;
    },
    respond(id, token, input) {
      const entry = pending.get(id);
      if (!entry || entry.interaction.token !== token) throw unknownInteraction();
      const { interaction } = entry;
      if (interaction.state === 'failed') throw unknownInteraction();
      if (interaction.state === 'acknowledged') throw alreadyAcknowledged();
      const outcome = apply(interaction, input);
      clearTimeout(entry.timer);
      interaction.ackMs = performance.now() - entry.sentAt;
      interaction.state = 'acknowledged';
      entry.settle(outcome);
      world.tell({ type: 'interaction', id });
      return interaction;
    },
    byToken(token) {
      const interaction = byToken.get(token);
      if (!interaction || interaction.state !== 'acknowledged') throw unknownWebhook();
      if (world.clock.now() - interaction.createdAt >= tokenMs) throw invalidWebhookToken();
      return interaction;
    },
    followUp(interaction, input) {
      // The first follow-up of a deferred response fills it.
      if (interaction.original?.loading) return messages.change(interaction.original, input);
      return show(interaction, applyInput(world, input), input.body['flags']);
    },
    message: findOf,
    removeMessage(interaction, id) {
      const found = findOf(interaction, id);
      removeMessage(world, found);
      // A further message cannot fill what is gone: it is shown as one of its own.
      if (interaction.original === found) interaction.original = undefined;
    },
  };

  function findOf(interaction: Interaction, id: string): Message {
    const wanted = id === '@original' ? interaction.original?.id : id;
    const message = wanted === undefined ? undefined : findMessage(world, interaction.channelId, wanted);
    const own = message && (message === interaction.original || message.interaction?.id === interaction.id);
    if (!own) throw unknownMessage();
    return message;
  }
}

function checkedChoices(data: Readonly<Record<string, unknown>>): readonly Choice[] {
  validate((form) => {
    const choices = form.list(['data', 'choices'], data['choices'], { max: 25 }).map(asRecord);
    choices.forEach((choice, index) => checkChoice(form, choice, ['data', 'choices', String(index)]));
  });
  return Array.isArray(data['choices']) ? (data['choices'] as Choice[]) : [];
}

function wrongType(): ApiError {
  return new ApiError(400, 50035, 'Invalid Form Body', {
    type: {
      _errors: [
        { code: 'UNION_TYPE_CHOICES', message: 'Interaction response type does not fit the interaction' },
      ],
    },
  });
}

/** Tokens that ran out twice over are forgotten, so that a long-lived sandbox does not grow. */
function forgetOld(byToken: Map<string, Interaction>, world: World): void {
  const oldest = world.clock.now() - 2 * tokenMs;
  for (const [token, { createdAt }] of byToken) {
    if (createdAt >= oldest) return;
    byToken.delete(token);
  }
}
