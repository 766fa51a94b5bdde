import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Snowflake } from '../domain/job.js';
import { UserError } from '../domain/user-error.js';
import { defectMessage, errorMessage, refusalMessage } from '../views/error-message.js';
import type { MessageBody } from '../views/message.js';
import type { Outcome } from './perform.js';
import { MissingRightError } from './permissions.js';
import type { Responder } from './responder.js';

export interface Circumstances {
  readonly name: string;
  /** Options and arguments, short and without secrets; the id of a job among them, where there is one. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly userId: Snowflake | undefined;
  readonly responder: Responder;
  readonly log: Logger;
}

/**
 * The error boundary of interactions: a UserError is shown as it is, to this person alone; any other is logged in full
 * and answered with the reference under which it stands in the log. Never rejects.
 */
export async function explain(error: unknown, circumstances: Circumstances): Promise<Outcome> {
  const { name, input, userId, responder, log } = circumstances;
  const shown = error instanceof UserError;
  const ref = randomBytes(4).toString('hex');
  if (shown) log.info({ name, userId, reason: error.message }, 'refused');
  else log.error({ err: error, ref, name, userId, input }, 'interaction failed');
  try {
    await responder.tell(shown ? messageFor(error) : defectMessage(ref));
  } catch (tellError) {
    log.error({ err: tellError, ref, name }, 'the explanation could not be sent');
  }
  return shown ? { outcome: 'refused', detail: error.message } : { outcome: 'failed', detail: ref };
}

function messageFor(error: UserError): MessageBody {
  return error instanceof MissingRightError ? refusalMessage(error.right) : errorMessage(error);
}
