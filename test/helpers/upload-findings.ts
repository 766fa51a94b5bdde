import { expect } from 'vitest';
import { createPlanStore } from '../../src/db/plan-store.js';
import type { Finding, Plan } from '../../src/domain/plan.js';
import type { Job } from '../../src/domain/job.js';
import { createHubClient } from '../../src/services/hub/create-hub-client.js';
import { hubTokens } from './hub.js';
import type { UploadSetup } from './upload-desk.js';

/** What was found, shortest: `blocker token-missing`. */
export const codesOf = ({ findings }: { findings: readonly Finding[] }): string[] =>
  findings.map(({ level, code }) => `${level} ${code}`);

/** What was found, as people read it; each says what to do. */
export const wordsOf = ({ findings }: { findings: readonly Finding[] }): string[] =>
  findings.map(({ message, remedy }) => {
    expect(message).toMatch(/\.$/);
    expect(remedy).toMatch(/\.$/);
    return `${message} → ${remedy}`;
  });

/** A model repository on the stand-in, with one file of 1,600 bytes where it is named. */
export async function makeRepo(
  { hub }: Pick<UploadSetup, 'hub'>,
  id: string,
  hidden: boolean,
  file?: string,
): Promise<void> {
  hub.repos.create('model', id, { private: hidden, author: 'tess' });
  if (file === undefined) return;
  const client = createHubClient({ endpoint: hub.url, token: hubTokens.write.value });
  await client.commitText(id, { path: file, text: 'x'.repeat(1600), title: 'first' });
}

/** A job of a plan, queued. */
export function queueJob({ db }: Pick<UploadSetup, 'db'>, plan: Plan): Job {
  const plans = createPlanStore(db);
  const owner = { requestedBy: '1', guildId: '2', channelId: '3', createdAt: 1, expiresAt: 2 };
  const confirmed = plans.confirm(plans.create({ plan, ...owner }).id, '1', 10, '3');
  if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome);
  return confirmed.jobs[0]!;
}
