import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job } from '../../domain/job.js';
import type { UploadPlan } from '../../domain/upload-plan.js';
import { HubTrouble } from '../hub/hub-trouble.js';
import type { Preparation } from '../jobs/kinds.js';
import { workerUrl } from '../worker-url.js';
import { classifyTrouble } from './classify-failure.js';
import { cardName, findDocuments, mergeFiles } from './local-files.js';
import { readMade } from './made-record.js';
import type { PushOrder } from './push-order.js';
import { judgeTrouble } from './retry-policy.js';
import { readSaid } from './said-record.js';
import type { SettleParts } from './settle-upload.js';
import { writeWhole } from './write-whole.js';

export interface PrepareParts extends Pick<SettleParts, 'clock' | 'random' | 'card'> {
  /** See UploadDesk.compare. */
  readonly compare: (plan: UploadPlan, job: Job) => Promise<readonly string[]>;
}

/** What the next try of an upload starts: the toolset's program, or ours where everything is made and pushing is left. */
export async function prepareUpload(
  parts: PrepareParts,
  job: Job,
  plan: UploadPlan,
  dir: string,
): Promise<Preparation> {
  const retry = job.state.name === 'queued' ? job.state.retry : undefined;
  try {
    const differences = await parts.compare(plan, job);
    if (differences.length > 0) return { name: 'changed', differences };
  } catch (error) {
    if (!(error instanceof HubTrouble)) throw error;
    const trouble = classifyTrouble(error, 'Nothing was started');
    const { clock, random } = parts;
    const tried = retry?.next ?? 1;
    const made = retry?.made === true;
    return {
      name: 'not-now',
      verdict: judgeTrouble({ trouble, tried, now: clock(), random, made }),
    };
  }
  if (!plan.made && !retry?.made) return { name: 'start', launch: plan.launch };
  const order = await orderPush(parts, plan, dir);
  if (order) return { name: 'start', launch: await launchPush(plan, order, dir) };
  if (plan.made || !retry) {
    return { name: 'changed', differences: ['The files that an earlier job made are not there any more.'] };
  }
  // They were removed while the job waited: made again, in its turn, for which it may need a GPU.
  const { made: _, ...anew } = retry;
  return { name: 'not-now', verdict: { name: 'again', retry: anew } };
}

/**
 * What is to be pushed, the card as well where the program did not come to write one. Undefined when what was made is gone.
 * Of a repository on the Hub nothing is left here: what was pushed is looked at once more.
 */
async function orderPush(
  { card }: PrepareParts,
  plan: UploadPlan,
  dir: string,
): Promise<PushOrder | undefined> {
  const { repoId, private: hidden } = plan;
  if (plan.source.kind === 'hub') {
    const said = await readSaid(dir);
    return said && { repoId, private: hidden, files: [], said: [...said] };
  }
  const made = await readMade(plan);
  if (!made) return undefined;
  const written = await findDocuments(plan, made);
  if (plan.outputDir !== undefined && !written.some(({ path }) => path === cardName))
    await writeWhole(join(plan.outputDir, cardName), await card(plan));
  const files = mergeFiles(made, await findDocuments(plan, made));
  return {
    repoId,
    private: hidden,
    files: files.map(({ path, file, sizeBytes }) => ({ path, file, sizeBytes })),
    said: [],
  };
}

async function launchPush(plan: UploadPlan, order: PushOrder, dir: string): Promise<UploadPlan['launch']> {
  await mkdir(dir, { recursive: true });
  const orderFile = join(dir, 'push.json');
  await writeWhole(orderFile, JSON.stringify(order));
  const program = fileURLToPath(workerUrl('services/upload-jobs/push-program.js'));
  return { argv: [process.execPath, program, orderFile], cwd: plan.launch.cwd, env: {} };
}
