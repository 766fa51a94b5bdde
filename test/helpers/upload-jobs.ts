import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isEnded, type Job } from '../../src/domain/job.js';
import type { UploadPlan } from '../../src/domain/upload-plan.js';
import { createHubClient } from '../../src/services/hub/create-hub-client.js';
import type { KindTable } from '../../src/services/jobs/kinds.js';
import { comparePin, pinFile } from '../../src/services/toolset/pin-file.js';
import { createUploadKind } from '../../src/services/upload-jobs/upload-kind.js';
import { hubTokens, type RunningHub } from './hub.js';
import { alice, openJobs, plainKind, silentLog } from './jobs.js';
import { makeTempDir } from './temp-dir.js';
import { fastTraining, realPython } from './toolset.js';
import { makeUploadedModel, makeUploadPlan } from './upload-plan.js';
import { filesOn, type Trained } from './upload-program.js';
import { waitFor } from './wait-for.js';

export const desiredCard = `---
license: apache-2.0
base_model: mini/base
library_name: peft
datasets:
  - mini/data
tags:
  - kto
---
# Mini
`;

/** A clock that goes on by itself and can be moved. */
export function createMovedClock() {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    /** To this moment, epoch ms. */
    moveTo(at: number): void {
      ahead = Math.max(ahead, at - Date.now());
    },
  };
}

export interface UploadsOptions {
  readonly hub: RunningHub;
  readonly dataDir?: string;
  readonly clock?: () => number;
  readonly slots?: readonly number[];
  readonly token?: string;
  /** Reaches the children. */
  readonly env?: Readonly<Record<string, string>>;
  /** Asked of the Hub at the start, beside the files; absent: nothing. */
  readonly askAtStart?: boolean;
  readonly cancelGraceMs?: number;
  /** The card as it should be; absent: `desiredCard`. */
  readonly card?: () => Promise<string>;
  /** Where the bot itself asks; absent: the Hub. */
  readonly lookAt?: { readonly endpoint: string; readonly limitMs: number };
}

/** Jobs with uploads among them, against a stand-in Hub; opened twice on one folder, it is the bot restarted. */
export async function openUploads(options: UploadsOptions) {
  const { hub, clock = Date.now, token = hubTokens.write.value } = options;
  const client = createHubClient({ token, ...(options.lookAt ?? { endpoint: hub.url }) });
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HF_TOKEN: token,
    HF_ENDPOINT: hub.url,
    ...fastTraining,
    ...options.env,
  };
  const errors: object[] = [];
  const { train } = plainKind();
  const upload = createUploadKind({
    uploads: {
      async compare({ source, repoId }, job) {
        if (options.askAtStart && job?.attempts === 0) await client.findRepo(repoId);
        const pinned = source.kind === 'model' ? source.pinned : [];
        const states = await Promise.all(pinned.map(comparePin));
        return states.every((state) => state === 'same') ? [] : ['The model has changed.'];
      },
      replan: (plan) => Promise.resolve(plan),
      card: options.card ?? (() => Promise.resolve(desiredCard)),
    },
    hub: client,
    environment: env,
    secrets: [token],
    clock,
    log: { ...silentLog, error: (details) => errors.push(details) },
    random: () => 0.5,
  });
  const kinds: KindTable = { ...(train && { train }), upload };
  const { dataDir, slots, cancelGraceMs } = options;
  const setup = await openJobs({
    kinds,
    clock,
    ...(dataDir !== undefined && { dataDir }),
    ...(slots && { slots }),
    ...(cancelGraceMs !== undefined && { cancelGraceMs }),
  });
  return {
    ...setup,
    kind: upload,
    /** What was logged as an error by the kind. */
    errors,
    /** Of the children; may be changed between two tries. */
    env,
    /** Confirms the plan; the id of its job. */
    async confirm(plan: UploadPlan): Promise<number> {
      const result = await setup.planDesk.confirm(setup.planDesk.propose(plan, alice).id, alice);
      if (result.outcome !== 'confirmed' || !result.jobs[0])
        throw new Error(`not confirmed: ${result.outcome}`);
      return result.jobs[0].id;
    },
    untilStage: (id: number, stage: string) =>
      waitFor(async () => (await setup.jobDesk.snapshot(id))?.progress.upload?.stage === stage),
    /** The job, once `look` likes its state. */
    until: (id: number, look: (state: Job['state']) => boolean) =>
      waitFor(() => {
        const job = setup.jobs.get(id);
        return job && look(job.state) ? job : undefined;
      }),
  };
}

/** Expects the job to be told as uploaded, and the Hub to hold what lies in the plan's folder, once each. */
export async function expectVerified(
  uploads: Uploads,
  hub: RunningHub,
  plan: UploadPlan,
  id: number,
): Promise<void> {
  const { state } = await uploads.until(id, isEnded);
  if (state.name !== 'succeeded' || !state.upload) throw new Error(`not uploaded: ${JSON.stringify(state)}`);
  const commits = hub.repos.find('model', plan.repoId)?.commits ?? [];
  expect(state.upload).toMatchObject({
    repoId: plan.repoId,
    url: `${hub.url}/${plan.repoId}`,
    commit: commits.at(-1)?.id,
  });
  const there = new Map(filesOn(hub, plan.repoId).map((file) => [file.path, file]));
  expect(Object.fromEntries(state.upload.files.map(({ path, sizeBytes }) => [path, sizeBytes]))).toEqual(
    Object.fromEntries([...there.values()].map(({ path, size }) => [path, size])),
  );
  for (const [name, file] of await localFiles(plan))
    expect(there.get(name)?.data?.equals(readFileSync(file)), name).toBe(true);
  const card = there.get('README.md')?.data?.toString('utf8') ?? '';
  expect(card.match(/^license: apache-2\.0$/gm)).toHaveLength(1);
  expect(uploads.notices.listPending(50).filter(({ jobId }) => jobId === id)).toHaveLength(1);
}

/** What the program left in its folder for the Hub: name there → path here. */
async function localFiles({ outputDir = '' }: UploadPlan): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(outputDir, { withFileTypes: true, recursive: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      // The card beside the folder of the model comes first: it takes the place of one in it.
      .toSorted((a, b) => b.parentPath.length - a.parentPath.length)
      .map((entry) => [entry.name, join(entry.parentPath, entry.name)]),
  );
}

export type Uploads = Awaited<ReturnType<typeof openUploads>>;

/** A plan whose program is the miniature's. */
export async function planUpload(trained: Trained, over: Partial<UploadPlan> = {}): Promise<UploadPlan> {
  const outputDir = over.outputDir ?? join(await makeTempDir(), 'out');
  const { repoId = 'tess/mini', saveMethod = 'lora', quantizations = [] } = over;
  const argv = [
    '-m',
    'shared.upload.cli.upload_cli',
    trained.model,
    repoId,
    '--private',
    '--save-method',
    saveMethod,
    '--output-dir',
    outputDir,
    ...(quantizations.length > 0 ? ['--create-gguf', '--gguf-quantizations', ...quantizations] : []),
  ];
  const pinned = [await pinFile(join(trained.model, 'adapter_model.safetensors'))];
  return makeUploadPlan({
    source: makeUploadedModel({ path: trained.model, pinned }),
    repoId,
    saveMethod,
    quantizations,
    outputDir,
    launch: { argv: [realPython, ...argv], cwd: join(trained.root, 'Trainers'), env: {} },
    ...over,
  });
}

/** GGUF of the repository that `pushed` made. */
export function planHubUpload(pushed: UploadPlan, quantizations: readonly string[]): UploadPlan {
  const { outputDir: _, saveMethod: _m, repoId, launch, ...rest } = pushed;
  const argv = [
    '-m',
    'shared.upload.cli.upload_cli',
    '--gguf-only',
    repoId,
    '--gguf-quantizations',
    ...quantizations,
  ];
  return {
    ...rest,
    source: { kind: 'hub', repoId, commit: 'c' },
    repoId: `${repoId}-GGUF`,
    quantizations,
    launch: { ...launch, argv: [realPython, ...argv] },
  };
}

/** The plan that a person gets who presses Retry. */
export async function planAgain(uploads: Uploads, id: number): Promise<UploadPlan> {
  const plan = await uploads.kind.replan(uploads.jobs.get(id)!.plan);
  if (plan.kind !== 'upload') throw new Error(plan.kind);
  return plan;
}
