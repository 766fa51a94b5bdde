import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { UploadPlan, UploadResult } from '../../domain/upload-plan.js';
import { HubTrouble } from '../hub/hub-trouble.js';
import type { HubClient, HubFile } from '../hub/ports.js';
import { compareFiles, compareSaid, tellFaults, type Fault } from './compare-files.js';
import { completeCard } from './complete-card.js';
import { hashFiles } from './hash-files.js';
import type { HashTask } from './hash-task.js';
import { cardName, findDocuments, mergeFiles, type LocalFile } from './local-files.js';
import type { UploadFacts } from './upload-facts.js';
import { writeWhole } from './write-whole.js';

export interface VerifyParts {
  readonly hub: HubClient;
  /** The card that the repository should carry. */
  readonly card: (plan: UploadPlan) => Promise<string>;
}

export interface VerifyRequest {
  readonly plan: UploadPlan;
  readonly facts: UploadFacts;
  /** What was made here; absent for a source on the Hub. */
  readonly made: readonly LocalFile[] | undefined;
  readonly signal: AbortSignal;
  /** A file is being hashed: its name, and how much of all is done, 0 to 1. */
  readonly onHash: (item: string, part: number) => void;
}

export type Verification =
  | { readonly whole: true; readonly result: UploadResult }
  | { readonly whole: false; readonly message: string; readonly faults: readonly Fault[] };

/**
 * Asks the Hub what the repository holds and compares it with what was made here. The card's metadata are put right before,
 * with one commit, where they are not. Rejects with HubTrouble, with the signal's reason, and with what the file system says.
 */
export async function verifyUpload(parts: VerifyParts, request: VerifyRequest): Promise<Verification> {
  const { hub } = parts;
  const { plan, facts, made, signal } = request;
  const repo = await hub.findRepo(plan.repoId, signal);
  if (!repo) {
    const message = `The Hub has no repository ${plan.repoId}, though the program ended well.`;
    return { whole: false, message, faults: [] };
  }
  const card = await putCardRight(parts, request, repo.commit);
  const files = (await hub.listFiles(plan.repoId, card.commit, signal)) ?? [];
  const local =
    made && mergeFiles(made, await findDocuments(plan, made)).filter(({ path }) => path !== cardName);
  const faults = local
    ? await compareFiles(local, files, (tasks) => hash(tasks, request))
    : compareSaid(facts.gguf ?? [], plan.quantizations, files);
  const all = [...faults, ...compareCard(card.text, files)];
  if (all.length > 0) return { whole: false, message: tellFaults(all), faults: all };
  const names = new Set([
    cardName,
    ...(local ?? []).map(pathOf),
    ...(facts.gguf ?? []).map(({ name }) => name),
  ]);
  const result: UploadResult = {
    repoId: repo.repoId,
    url: `${hub.endpoint}/${repo.repoId}`,
    commit: card.commit,
    files: files
      .filter(({ path }) => names.has(path))
      .map(({ path, sizeBytes }) => ({ path, sizeBytes }))
      .toSorted((a, b) => b.sizeBytes - a.sizeBytes),
  };
  if (!local || plan.outputDir === undefined) return { whole: true, result };
  const sizeBytes = local.reduce((sum, file) => sum + file.sizeBytes, 0);
  return { whole: true, result: { ...result, localCopy: { path: plan.outputDir, sizeBytes } } };
}

const pathOf = ({ path }: LocalFile): string => path;

function hash(tasks: readonly HashTask[], { signal, onHash }: VerifyRequest): Promise<readonly string[]> {
  const allBytes = tasks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return hashFiles(tasks, {
    signal,
    onBytes: (doneBytes, index) => onHash(basename(tasks[index]?.file ?? ''), doneBytes / allBytes),
  });
}

/**
 * Commits the card where the Hub's is not as it should be; what the program wrote stays its text. Returns the card, and the
 * commit that holds it.
 */
async function putCardRight(
  { hub, card }: VerifyParts,
  { plan, signal }: VerifyRequest,
  commit: string,
): Promise<{ readonly text: string; readonly commit: string }> {
  const place = plan.outputDir === undefined ? undefined : join(plan.outputDir, cardName);
  const local = place === undefined ? undefined : await readFile(place, 'utf8').catch(() => undefined);
  const remote = await hub.readText(plan.repoId, cardName, commit, signal);
  const desired = await card(plan);
  const text = completeCard(local ?? remote ?? desired, desired);
  // So that a later push does not bring back the one without: where it cannot be written, the next look completes it again.
  if (place !== undefined && text !== local) await writeWhole(place, text).catch(() => undefined);
  if (text === remote) return { text, commit };
  const title = remote === undefined ? 'Add the model card' : 'Complete the metadata of the model card';
  try {
    return { text, commit: await hub.commitText(plan.repoId, { path: cardName, text, title }, signal) };
  } catch (error) {
    if (!(error instanceof HubTrouble)) throw error;
    const { kind, message, status, retryAfterMs } = error;
    throw new HubTrouble(kind, `The model card was not taken. ${message}`, {
      ...(status !== undefined && { status }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      cause: error,
    });
  }
}

function compareCard(text: string, files: readonly HubFile[]): readonly Fault[] {
  const found = files.find(({ path }) => path === cardName);
  if (!found) return [{ path: cardName, what: 'is missing' }];
  const data = Buffer.from(text);
  const blob = createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');
  return found.blob === blob ? [] : [{ path: cardName, what: 'has another content' }];
}
