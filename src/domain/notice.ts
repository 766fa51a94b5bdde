import type { Snowflake } from './job.js';

/** Why a new message that pings is due. */
export type NoticeKind = 'started' | 'finished' | 'alarm' | 'needs-you';

/**
 * A message that must arrive exactly once. Written in the transaction of the change that it tells, rendered when it is
 * sent, posted with `nonce`, marked when Discord confirmed.
 */
export interface Notice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly jobId: number;
  readonly channelId: Snowflake;
  /** Whom it pings. */
  readonly userId: Snowflake;
  /** Data for the view beside the job itself: an alarm's rule, figures … JSON. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** At most 25 characters (Discord's limit for nonces). */
  readonly nonce: string;
  readonly createdAt: number;
}
