import type { Snowflake } from '../../domain/job.js';

/** Whether a message is pinned: not asked for, asked for, done, or refused by Discord. */
export const pinStates = ['no', 'wanted', 'done', 'refused'] as const;
export type PinState = (typeof pinStates)[number];

/** A message that shows all jobs and cards, where it is. */
export interface StatusMessage {
  readonly id: number;
  readonly guildId: Snowflake;
  readonly channelId: Snowflake;
  readonly requestedBy: Snowflake;
  /** When it was asked for, epoch ms. */
  readonly createdAt: number;
  readonly pin: PinState;
  /** Absent until it is posted. */
  readonly messageId?: Snowflake;
  /** Epoch ms: edits slow down as it ages. */
  readonly postedAt?: number;
  /** A newer one takes its place: it is to be deleted. */
  readonly replaced: boolean;
}

export type NewStatusMessage = Pick<
  StatusMessage,
  'guildId' | 'channelId' | 'requestedBy' | 'createdAt' | 'pin'
>;

export interface StatusMessageStore {
  /** The one to be kept current from now on; in one transaction with the end of those before it in the guild. */
  begin(message: NewStatusMessage): StatusMessage;
  /** All that are not gone, oldest first. */
  list(): readonly StatusMessage[];
  setPosted(id: number, messageId: Snowflake, postedAt: number): void;
  setPin(id: number, pin: PinState): void;
  /** It is gone, or given up. */
  remove(id: number): void;
}
