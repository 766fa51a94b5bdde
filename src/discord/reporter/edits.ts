import type { Logger } from 'pino';
import type { Snowflake } from '../../domain/job.js';
import type { Clock } from '../../services/jobs/ports.js';
import type { MessageBody } from '../../views/message.js';
import { judge } from '../api-error.js';
import { toPayload } from '../payload.js';
import type { Channel } from './channel.js';
import { rank, type Task } from './lane.js';
import { paceRules } from './pace.js';
import { timeOfSnowflake } from './snowflake.js';

/** Single edits of other messages of the bot, such as a plan that expired: the newest wins, and one that is gone is dropped. */
export interface Edits {
  add(channelId: Snowflake, messageId: Snowflake, message: MessageBody): void;
  candidates(channelId: Snowflake): readonly Task[];
}

interface Edit {
  readonly channelId: Snowflake;
  readonly messageId: Snowflake;
  readonly message: MessageBody;
}

export function createEdits({ clock, log }: { readonly clock: Clock; readonly log: Logger }): Edits {
  const waiting = new Map<Snowflake, Edit>();

  async function send(edit: Edit, channel: Channel, old: boolean): Promise<void> {
    try {
      await channel.edit(edit.messageId, toPayload(edit.message), old);
    } catch (error) {
      const { kind } = judge(error);
      if (kind === 'limited' || kind === 'unreachable') throw error;
      log.info({ kind, message: edit.messageId }, 'a message could not be edited any more');
    }
    // Another one may have come meanwhile.
    if (waiting.get(edit.messageId) === edit) waiting.delete(edit.messageId);
  }

  return {
    add: (channelId, messageId, message) => void waiting.set(messageId, { channelId, messageId, message }),
    candidates: (channelId) =>
      [...waiting.values()]
        .filter((edit) => edit.channelId === channelId)
        .map((edit) => {
          const old = clock() - timeOfSnowflake(edit.messageId) >= paceRules.oldAfterMs;
          return { dueAt: 0, rank: rank.urgent, old, run: (channel) => send(edit, channel, old) };
        }),
  };
}
