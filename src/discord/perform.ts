import type { Acknowledgement, BotPermissions } from '../commands/command.js';
import type { Actor } from '../domain/access.js';
import type { AuditRecord } from '../domain/audit.js';
import type { Snowflake } from '../domain/job.js';
import { UserError } from '../domain/user-error.js';
import type { MessageBody } from '../views/message.js';
import type { Responder } from './responder.js';
import type { KnownTarget } from './target.js';
import { within } from './within.js';

/** One authorised interaction. */
export interface Call {
  readonly id: Snowflake;
  readonly actor: Actor;
  readonly target: KnownTarget;
  readonly botMay: BotPermissions;
  readonly responder: Responder;
}

export type Outcome = Pick<AuditRecord, 'outcome' | 'detail'>;

/** A modal must be the first response, and that within 3 s of the press; the rest is for the way. */
const openModalMs = 2200;

const tooLate: Outcome = { outcome: 'failed', detail: 'answered too late, nothing was done' };

/** Acknowledges and runs. Nothing runs for an interaction that Discord gave up: the person was told that it failed. */
export async function perform(call: Call): Promise<Outcome> {
  const { target, responder } = call;
  if (target.kind === 'press' && target.action.kind === 'open-modal') {
    return openModal(call, target.action.open({ ...target, id: call.id, actor: call.actor }));
  }
  if ((await responder.acknowledge(acknowledgementOf(target))) === 'gone') return tooLate;
  await run(call);
  return { outcome: 'done' };
}

async function openModal(call: Call, opening: ReturnType<OpenModal['open']>): Promise<Outcome> {
  const modal = await within(openModalMs, opening);
  if (modal === undefined) throw new UserError('This took too long to open.', 'Press again.');
  const taken = await call.responder.openModal(modal);
  return taken === 'gone' ? tooLate : { outcome: 'done' };
}

type OpenModal = Extract<Extract<KnownTarget, { kind: 'press' }>['action'], { kind: 'open-modal' }>;

function acknowledgementOf(target: KnownTarget): Acknowledgement {
  if (target.kind === 'command') return target.command.acknowledge;
  if (target.kind === 'modal') return target.acknowledge;
  return target.action.kind === 'press' ? target.action.acknowledge : 'private';
}

async function run({ id, actor, target, botMay, responder }: Call): Promise<void> {
  const invocation = {
    id,
    actor,
    reply: (message: MessageBody) => responder.reply(message),
    whisper: (message: MessageBody) => responder.whisper(message),
    announce: (message: MessageBody) => responder.announce(message),
  };
  if (target.kind === 'command') {
    const { options, subcommand } = target.given;
    const given = { options, ...(subcommand === undefined ? {} : { subcommand }) };
    await target.command.run({ ...invocation, ...given, botMay });
  } else if (target.kind === 'modal') {
    await target.action.run({ ...invocation, args: target.args, fields: target.fields });
  } else if (target.action.kind === 'press') {
    const { args, values, messageId } = target;
    await target.action.run({ ...invocation, args, values, messageId });
  }
}
