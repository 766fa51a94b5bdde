import type { Job, Snowflake } from '../../domain/job.js';
import type { LiveMessage } from '../../services/jobs/ports.js';

/** The message of one job, as far as this process knows it. Moments are monotonic ms. */
export interface LiveEntry {
  readonly jobId: number;
  readonly requestedBy: Snowflake;
  readonly createdAt: number;
  /** The channel of the job itself. */
  readonly homeId: Snowflake;
  /** Where the message goes at present. */
  channelId: Snowflake;
  /** Undefined until it is posted, and after it was deleted or its channel closed. */
  message: LiveMessage | undefined;
  /** The message before the one to be posted: a new message needs a new nonce. `0`: none. */
  previousId: Snowflake;
  /** What it shows is not the newest. */
  dirty: boolean;
  /** The job's state changed, or the message must be posted anew: that is not held back. */
  urgent: boolean;
  /** Tells one state from the next. */
  stateKey: string;
  writtenAt: number;
  /** Not before; after something stood against it. */
  retryAt: number;
  failures: number;
  /** Of what was written last: the same again is not sent. */
  fingerprint: string;
  /** A create may have come through without our knowing. */
  uncertain: boolean;
  /** A deleted message is replaced once; deleted again, nobody wants it. */
  replaced: boolean;
}

/** An entry that wants to be written at once. `uncertain` as above. */
export function createLiveEntry(job: Job, message: LiveMessage | undefined, uncertain: boolean): LiveEntry {
  return {
    jobId: job.id,
    requestedBy: job.requestedBy,
    createdAt: job.createdAt,
    homeId: job.channelId,
    channelId: message?.channelId ?? job.channelId,
    message,
    previousId: message?.messageId ?? '0',
    dirty: true,
    urgent: true,
    stateKey: stateKeyOf(job),
    writtenAt: 0,
    retryAt: 0,
    failures: 0,
    fingerprint: '',
    uncertain,
    replaced: false,
  };
}

/** Changes when the job's state does, or what a person decided about it; not with its progress. */
export function stateKeyOf({ state, held }: Job): string {
  const cancel = state.name === 'running' && state.cancel !== undefined;
  return [state.name, state.at, cancel, held].join(' ');
}
