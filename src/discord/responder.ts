import { InteractionResponseType, MessageFlags, Routes, type APIInteraction } from 'discord-api-types/v10';
import type { REST } from 'discord.js';
import type { Logger } from 'pino';
import type { Acknowledgement, Choice } from '../commands/command.js';
import type { MessageBody, Modal } from '../views/message.js';
import { respondFirst, type Taken } from './first-response.js';
import { fitChoices, fitModal } from './fit-modal.js';
import { patiently } from './patiently.js';
import { readId } from './read-id.js';
import { toPayload } from './payload.js';

/** The ways to answer one interaction: one first response within 3 s, then edits and further messages for 15 minutes. */
export interface Responder {
  acknowledge(how: Acknowledgement): Promise<Taken>;
  openModal(modal: Modal): Promise<Taken>;
  suggest(choices: readonly Choice[]): Promise<Taken>;
  /** Fills the acknowledged response. Resolves with the message's id. */
  reply(message: MessageBody): Promise<string>;
  /** A further message, seen by this person alone. */
  whisper(message: MessageBody): Promise<void>;
  /** A further message that the channel sees. Throws while the response still waits: it would take its place. */
  announce(message: MessageBody): Promise<string>;
  /** Seen by this person alone, whether or not the interaction was acknowledged before. */
  tell(message: MessageBody): Promise<void>;
}

/**
 * What has become of the original response: not given, deferred and waiting, showing a message, or taken by something
 * else, so that there is none to edit.
 */
type Original = 'none' | 'waiting' | 'shown' | 'spent';

/** Answers through `rest` with the interaction's own token; it needs no bot token. */
export function createResponder(rest: REST, interaction: APIInteraction, log: Logger): Responder {
  let how: Acknowledgement = 'private';
  let original: Original = 'none';
  const { application_id: applicationId, token } = interaction;
  const webhook = Routes.webhook(applicationId, token);
  const originalMessage = Routes.webhookMessage(applicationId, token, '@original');
  const respond = (body: unknown): Promise<Taken> => respondFirst(rest, interaction, body, log);

  async function follow(message: MessageBody, hidden: boolean): Promise<string> {
    const { body, files } = toPayload(message);
    const flags = hidden ? MessageFlags.Ephemeral : undefined;
    return readId(await rest.post(webhook, { body: { ...body, flags }, files, auth: false }));
  }

  /** An edit can be repeated without harm, so that one bad moment of Discord does not leave the person waiting. */
  async function edit(message: MessageBody): Promise<string> {
    const { body, files } = toPayload(message);
    return readId(await patiently(() => rest.patch(originalMessage, { body, files, auth: false })));
  }

  async function whisper(message: MessageBody): Promise<void> {
    if (original !== 'waiting') return void (await follow(message, true));
    // Discord gives the first further message the place of a response that still waits, and its visibility: so it is
    // put there, unless the whole channel would see it.
    original = 'spent';
    if (how === 'private') return void (await edit(message));
    await rest.delete(originalMessage, { auth: false });
    await follow(message, true);
  }

  return {
    async acknowledge(mode) {
      how = mode;
      const taken = await respond(acknowledgement(mode));
      original = mode === 'update' ? 'shown' : 'waiting';
      return taken;
    },
    openModal: (modal) => respond({ type: InteractionResponseType.Modal, data: fitModal(modal) }),
    suggest(choices) {
      const data = { choices: fitChoices(choices) };
      return respond({ type: InteractionResponseType.ApplicationCommandAutocompleteResult, data });
    },
    async reply(message) {
      if (original === 'spent') return follow(message, how === 'private');
      const messageId = await edit(message);
      original = 'shown';
      return messageId;
    },
    whisper,
    async announce(message) {
      if (original === 'waiting' || original === 'none') throw new Error('Announced before it was answered');
      return follow(message, false);
    },
    async tell(message) {
      if (original !== 'none') return whisper(message);
      const data = { ...toPayload({ ...message, files: [] }).body, flags: MessageFlags.Ephemeral };
      const taken = await respond({ type: InteractionResponseType.ChannelMessageWithSource, data });
      // An acknowledgement that seemed to have failed had come through after all.
      if (taken === 'already') await follow(message, true);
    },
  };
}

function acknowledgement(how: Acknowledgement): unknown {
  if (how === 'update') return { type: InteractionResponseType.DeferredMessageUpdate };
  const flags = how === 'private' ? MessageFlags.Ephemeral : undefined;
  return { type: InteractionResponseType.DeferredChannelMessageWithSource, data: { flags } };
}
