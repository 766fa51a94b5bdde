import type { UploadPlan } from '../../domain/upload-plan.js';
import type { Log } from '../jobs/job-changes.js';
import type { ChildEnd, Verdict } from '../jobs/kinds.js';
import type { Clock } from '../jobs/ports.js';
import { HubTrouble } from '../hub/hub-trouble.js';
import { classifyTrouble, classifyWords, shorten, type UploadTrouble } from './classify-failure.js';
import { findMade, type LocalFile } from './local-files.js';
import { readMade, writeMade } from './made-record.js';
import { judgeTrouble } from './retry-policy.js';
import { writeSaid } from './said-record.js';
import type { UploadFacts } from './upload-facts.js';
import { verifyUpload, type VerifyParts, type VerifyRequest } from './verify-upload.js';

export interface SettleParts extends VerifyParts {
  readonly clock: Clock;
  /** 0 ≤ u < 1; see waitMsAfter. */
  readonly random: () => number;
  readonly log: Log;
  /** Texts that must stand in no message: a program's own words may repeat them. */
  readonly secrets: readonly string[];
}

export interface SettleRequest extends Omit<VerifyRequest, 'made'> {
  readonly jobId: number;
  /** Folder of the attempt. */
  readonly dir: string;
  readonly end: ChildEnd;
  /** The try that has ended, 1 for the first. */
  readonly tried: number;
  /** Called when the Hub begins to be asked. */
  readonly onVerify: () => void;
}

const notCompared = 'It was pushed, but could not be compared with the Hub';

/**
 * The honest word on an upload whose child has ended: succeeded only after the Hub was found to hold what was made. Takes as
 * long as the Hub and the hashing do. Never rejects but with the signal's reason.
 */
export async function settleUpload(parts: SettleParts, request: SettleRequest): Promise<Verdict> {
  const { plan, facts, end, signal } = request;
  const isHub = plan.source.kind === 'hub';
  const made = isHub ? undefined : await keepMade(parts, plan, facts);
  if (end.name === 'vanished') return { name: 'lost', why: end.why };
  const again = (trouble: UploadTrouble) => {
    const { message, code } = trouble.failure;
    return judgeTrouble({
      ...request,
      trouble: { ...trouble, failure: { code, message: hide(message, parts.secrets) } },
      now: parts.clock(),
      random: parts.random,
      made: made !== undefined || (isHub && end.exitCode === 0),
      exitCode: end.exitCode,
    });
  };
  if (end.exitCode !== 0) return again(troubleOfExit(facts, end.exitCode));
  if (!isHub && !made) return again(incomplete(tellNotMade(facts)));
  if (isHub && facts.gguf) await note(parts, writeSaid(request.dir, facts.gguf));
  request.onVerify();
  try {
    const found = await verifyUpload(parts, { ...request, made });
    if (found.whole) return { name: 'succeeded', warnings: [], upload: found.result };
    return again(refusedLater(facts, found.faults) ?? incomplete(found.message));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof HubTrouble) {
      return again(classifyTrouble(error, notCompared));
    }
    parts.log.error({ err: error, job: request.jobId }, 'an upload could not be compared with the Hub');
    const why = error instanceof Error ? error.message : String(error);
    return again(incomplete(`${notCompared}: ${shorten(why)}`));
  }
}

/** Notes what was made, so that no later try makes it again. */
async function keepMade(
  parts: SettleParts,
  plan: UploadPlan,
  facts: UploadFacts,
): Promise<readonly LocalFile[] | undefined> {
  if (facts.pushesOnly) return readMade(plan);
  const made = await findMade(plan, facts);
  if (made) await note(parts, writeMade(plan, made));
  return made;
}

/** A disk that is full refuses the note as well: then a retry makes everything again. */
async function note({ log }: SettleParts, writing: Promise<void>): Promise<void> {
  await writing.catch((error: unknown) => log.warn({ err: error }, 'no note of what was made'));
}

function troubleOfExit(facts: UploadFacts, exitCode: number): UploadTrouble {
  const said = facts.failure ?? facts.exception;
  const known = said === undefined ? undefined : classifyWords(said);
  if (known) return known;
  const message =
    // 128 + n: ended by signal n (POSIX, sh). 137 is what Linux's out-of-memory killer leaves.
    exitCode === 137
      ? 'It was killed (signal 9), often because the machine ran out of memory.'
      : said === undefined
        ? `The upload program ended with exit code ${exitCode}.`
        : `The upload program failed: ${shorten(said)}`;
  return { failure: { code: 'exit-code', message }, passes: false };
}

function incomplete(message: string): UploadTrouble {
  return { failure: { code: 'upload-incomplete', message }, passes: false };
}

function tellNotMade({ notMade }: UploadFacts): string {
  return notMade.length > 0
    ? `Not everything was made: ${notMade.map((each) => shorten(each)).join(' ')}`
    : 'The program ended with exit code 0, but what it made is not there, whole, in its folder.';
}

/** The program goes on where a document could not be pushed; what kept it may pass. */
function refusedLater(facts: UploadFacts, faults: readonly { readonly path: string }[]) {
  if (faults.length === 0) return undefined;
  const troubles = faults.map(({ path }) => classifyWords(facts.notPushed[path] ?? ''));
  return troubles.every((trouble) => trouble?.passes) ? troubles[0] : undefined;
}

function hide(message: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, '…'), message);
}
