import { rename, writeFile } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UploadPlan, UploadResult } from '../../domain/upload-plan.js';
import type { HubClient, HubFile } from '../hub/ports.js';
import { compareFiles, compareSaid, tellFaults, type Fault } from './compare-files.js';
import { completeCard } from './complete-card.js';
import { hashFiles } from './hash-files.js';
import { cardName, findDocuments, mergeFiles, type LocalFile } from './local-files.js';
import type { UploadFacts } from './upload-facts.js';

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
 * with one commit, where they are not. Rejects with HubTrouble, and with the signal's reason.
 */
export async function verifyUpload(parts: VerifyParts, request: VerifyRequest): Promise<Verification> {
  const { hub } = parts;
  const { plan, signal } = request;
  const repo = await hub.findRepo(plan.repoId, signal);
  const files = repo && (await hub.listFiles(plan.repoId, repo.commit, signal));
  if (!repo || !files) {
    const message = `The Hub has no repository ${plan.repoId}, though the program ended well.`;
    return { whole: false, message, faults: [] };
  }
  const corrected = await putCardRight(parts, request, repo.commit);
  const commit = corrected ?? repo.commit;
  const listed = corrected === undefined ? files : await hub.listFiles(plan.repoId, commit, signal);
  return compareWith(request, { commit, files: listed ?? [], url: `${hub.endpoint}/${repo.repoId}` });
}

interface Found {
  readonly commit: string;
  readonly files: readonly HubFile[];
  readonly url: string;
}

async function compareWith(request: VerifyRequest, found: Found): Promise<Verification> {
  const { plan, facts, made } = request;
  const local = made && mergeFiles(made, await findDocuments(plan));
  const faults = local
    ? await compareFiles(local, found.files, (tasks) => hash(tasks, request))
    : compareSaid(facts.gguf ?? [], plan.quantizations, found.files);
  const names = new Set([
    ...(local ?? []).map(({ path }) => path),
    ...(facts.gguf ?? []).map(({ name }) => name),
  ]);
  names.add(cardName);
  if (!found.files.some(({ path }) => path === cardName) && !faults.some(({ path }) => path === cardName))
    return notWhole([...faults, { path: cardName, what: 'is missing' }]);
  if (faults.length > 0) return notWhole(faults);
  const files = found.files
    .filter(({ path }) => names.has(path))
    .map(({ path, sizeBytes }) => ({ path, sizeBytes }))
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const localBytes = (local ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    whole: true,
    result: {
      repoId: plan.repoId,
      url: found.url,
      commit: found.commit,
      files,
      ...(local &&
        plan.outputDir !== undefined && {
          localCopy: { path: plan.outputDir, sizeBytes: localBytes },
        }),
    },
  };
}

function notWhole(faults: readonly Fault[]): Verification {
  return { whole: false, message: tellFaults(faults), faults };
}

function hash(tasks: Parameters<typeof hashFiles>[0], { signal, onHash }: VerifyRequest) {
  const allBytes = tasks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return hashFiles(tasks, {
    signal,
    onBytes: (doneBytes, index) => {
      const name = tasks[index]?.file.split('/').at(-1) ?? '';
      onHash(name, allBytes === 0 ? 1 : doneBytes / allBytes);
    },
  });
}

/** Commits the card where the Hub's is not as it should be; returns the commit. What the program wrote stays its text. */
async function putCardRight(
  { hub, card }: VerifyParts,
  { plan, signal }: VerifyRequest,
  commit: string,
): Promise<string | undefined> {
  const place = plan.outputDir === undefined ? undefined : join(plan.outputDir, cardName);
  const local = place === undefined ? undefined : await readFile(place, 'utf8').catch(() => undefined);
  const remote = await hub.readText(plan.repoId, cardName, commit, signal);
  const desired = await card(plan);
  const right = completeCard(local ?? remote ?? desired, desired);
  if (place !== undefined && right !== local) {
    await writeFile(`${place}.part`, right);
    await rename(`${place}.part`, place);
  }
  if (right === remote) return undefined;
  const title = remote === undefined ? 'Add the model card' : 'Complete the metadata of the model card';
  return hub.commitText(plan.repoId, { path: cardName, text: right, title }, signal);
}
