import { basename } from 'node:path';
import type { Job } from '../../domain/job.js';
import type { PinnedFile } from '../../domain/plan.js';
import type { UploadPlan } from '../../domain/upload-plan.js';
import { UserError } from '../../domain/user-error.js';
import { HubTrouble } from '../hub/hub-trouble.js';
import type { HubClient } from '../hub/ports.js';
import { comparePin } from '../toolset/pin-file.js';
import type { UploadParts } from './parts.js';
import { existingRepo } from './preflight/repository.js';
import { nameUpload, uploadsTo } from './preflight/under-way.js';

/**
 * What changed since the plan was made, a sentence each: the files, the repository, the source on the Hub, other uploads.
 * Where the Hub cannot be asked: UserError before the confirmation, HubTrouble for a job.
 */
export async function comparePlan(
  { hub, jobs }: Pick<UploadParts, 'hub' | 'jobs'>,
  plan: UploadPlan,
  job?: Job,
): Promise<readonly string[]> {
  const files = await compareFiles(plan);
  // What a try before this one left in the repository is no change by others.
  if (job && job.attempts > 0) return files;
  const others = job ? [] : uploadsTo(plan.repoId, jobs.listActive());
  const underWay = others.map((other) => `${nameUpload(other)} ${plan.repoId}.`);
  try {
    const [repository, source] = await Promise.all([compareRepository(hub, plan), compareSource(hub, plan)]);
    return [...files, ...underWay.slice(0, 1), ...source, ...repository];
  } catch (error) {
    if (job || !(error instanceof HubTrouble)) throw error;
    throw new UserError(
      `${error.message} What is on the Hub could not be compared with the plan.`,
      'Nothing was started. Press again in a while.',
      { cause: error },
    );
  }
}

async function compareFiles({ source }: UploadPlan): Promise<readonly string[]> {
  if (source.kind === 'hub') return [];
  const changes = await Promise.all(source.pinned.map((pinned) => describe(source.checkpoint, pinned)));
  return changes.filter((change) => change !== undefined);
}

async function describe(checkpoint: string, pinned: PinnedFile): Promise<string | undefined> {
  const name = `${checkpoint}/${basename(pinned.path)}`;
  switch (await comparePin(pinned)) {
    case 'same':
      return undefined;
    case 'gone':
      return `${name} is not there any more.`;
    case 'appeared':
      return `${name} was not there and now is.`;
    default:
      return `${name} has changed.`;
  }
}

async function compareRepository(hub: HubClient, plan: UploadPlan): Promise<readonly string[]> {
  const { repoId, overwrites } = plan;
  const repo = await hub.findRepo(repoId);
  const now = repo && existingRepo(repo);
  const changes: string[] = [];
  if (!now && overwrites) changes.push(`The files in ${repoId} are not there any more.`);
  if (now && !overwrites) changes.push(`${repoId} holds files now that would be overwritten.`);
  if (now && overwrites && now.commit !== overwrites.commit) changes.push(`${repoId} has a new commit.`);
  if (repo && repo.private !== plan.private) {
    changes.push(`${repoId} is ${repo.private ? 'private' : 'public'} now.`);
  }
  return changes;
}

async function compareSource(hub: HubClient, { source }: UploadPlan): Promise<readonly string[]> {
  if (source.kind !== 'hub') return [];
  const repo = await hub.findRepo(source.repoId);
  if (!repo) return [`${source.repoId} is not there any more.`];
  return repo.commit === source.commit ? [] : [`${source.repoId} has a new commit.`];
}
