import { join } from 'node:path';
import { createHubClient } from '../../src/services/hub/create-hub-client.js';
import type { RunDesk } from '../../src/services/run-history/run-desk.js';
import { createEnvironmentChecks } from '../../src/services/toolset/environment-checks.js';
import { createToolset } from '../../src/services/toolset/create-toolset.js';
import { createUploadDesk } from '../../src/services/uploads/create-upload-desk.js';
import type { UploadPlan } from '../../src/domain/upload-plan.js';
import type { UploadParts } from '../../src/services/uploads/parts.js';
import type { UploadDesk, UploadRequest } from '../../src/services/uploads/upload-desk.js';
import { createJobStore } from '../../src/db/job-store.js';
import { openDatabase, type Db } from '../../src/db/open.js';
import { hubTokens, makeHub, type RunningHub } from './hub.js';
import { runDeskOf } from './run-desk.js';
import { writeRun, type RunFiles } from './run-tree.js';
import { makeTempDir } from './temp-dir.js';
import { makeHost, readManifest, writeProgram, writeToolset, writeTree } from './toolset-tree.js';

export const runName = '20251122_143000';

export interface UploadSetup {
  readonly hub: RunningHub;
  readonly root: string;
  /** The kto run of the toolset. */
  readonly run: string;
  readonly home: string;
  readonly db: Db;
  readonly parts: UploadParts;
  readonly runs: RunDesk;
  readonly desk: UploadDesk;
  /** The desk with other parts, e.g. another token. */
  deskWith(over: Partial<UploadParts>): UploadDesk;
}

/** A toolset of files with one kto run, a stand-in for the Hub, and the desk over both. llama.cpp stands in the home folder. */
export async function makeUploadDesk(
  options: { readonly run?: Partial<RunFiles>; readonly token?: string } = {},
): Promise<UploadSetup> {
  const [hub, root, dir] = await Promise.all([makeHub(), makeTempDir(), makeTempDir()]);
  writeToolset(root, '2025');
  writeTree(root, { 'Trainers/shared/upload/cli/upload_cli.py': '' });
  const run = join(root, 'Trainers/rtx3090_kto/kto_output_rtx3090', runName);
  writeRun(run, {
    checkpoints: [50, 100],
    finalModel: true,
    log: [
      { step: 50, loss: 0.5, 'rewards/margins': 0.2 },
      { step: 100, loss: 0.4, 'rewards/margins': 0.9 },
    ],
    modifiedMs: 1_700_000_000_000,
    ...options.run,
  });
  const { env } = makeHost(dir);
  const home = env['HOME'] ?? '';
  writeProgram(join(home, 'llama.cpp/llama-quantize'), '');
  const db = openDatabase(join(dir, 'tuner-bot.db'));
  const jobs = createJobStore(db);
  const toolset = createToolset(root, readManifest('2025'), { environment: 'none' });
  const runs = runDeskOf(toolset, db);
  const token = options.token ?? hubTokens.write.value;
  const partsWith = (over: Partial<UploadParts>): UploadParts => {
    const hubToken = 'token' in over ? over.token : token;
    return {
      toolset,
      runs,
      jobs,
      environments: createEnvironmentChecks({ search: { python: 'python3', env }, env }),
      hub: createHubClient({ endpoint: hub.url, ...(hubToken !== undefined && { token: hubToken }) }),
      token,
      username: 'tess',
      env,
      clock: Date.now,
      ...over,
    };
  };
  const deskWith = (over: Partial<UploadParts>) => createUploadDesk(partsWith(over));
  return { hub, root, run, home, db, runs, parts: partsWith({}), desk: deskWith({}), deskWith };
}

/** The final model of the run as an adapter to `tess/one`, privately. */
export function uploadRequest(over: Partial<UploadRequest> = {}): UploadRequest {
  return {
    source: { kind: 'models', models: [{ run: runName, checkpoint: 'final' }] },
    repo: 'one',
    saveMethod: 'lora',
    quantizations: [],
    private: true,
    ...over,
  };
}

/** The plan of one upload. */
export async function planOne(desk: UploadDesk, over: Partial<UploadRequest> = {}): Promise<UploadPlan> {
  const plan = await desk.plan(uploadRequest(over));
  if (plan.kind !== 'upload') throw new Error('a batch');
  return plan;
}
