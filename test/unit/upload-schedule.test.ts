import { describe, expect, it, test } from 'vitest';
import type { Job, JobState } from '../../src/domain/job.js';
import type { UploadRetry } from '../../src/domain/upload-plan.js';
import {
  chooseStarts,
  expectStarts,
  findAhead,
  type ScheduleRules,
} from '../../src/services/jobs/schedule.js';
import { alice } from '../helpers/jobs.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import { makeUploadPlan } from '../helpers/upload-plan.js';

const now = 1_000;
const running: JobState = {
  name: 'running',
  at: 1,
  attempt: 1,
  process: { pid: 1, startedAt: '1', bootId: 'b' },
};
const queued: JobState = { name: 'queued', at: 1 };
const retry: UploadRetry = { next: 2, of: 5, notBefore: now + 1, why: 'busy', code: 'upload-network' };

function job(id: number, change: Partial<Job> = {}): Job {
  const upload = change.kind === 'upload';
  return {
    id,
    kind: 'train',
    state: queued,
    plan: upload ? makeUploadPlan() : makeTrainPlan(),
    planId: 'p',
    requestedBy: alice.userId,
    guildId: alice.guildId,
    channelId: alice.channelId,
    createdAt: 1,
    position: id,
    held: false,
    attempts: 0,
    warnings: [],
    ...change,
  };
}
const merged = makeUploadPlan({ saveMethod: 'merged_16bit' });
const lora = (id: number, change: Partial<Job> = {}) => job(id, { kind: 'upload', ...change });
const merge = (id: number, change: Partial<Job> = {}) => job(id, { kind: 'upload', plan: merged, ...change });
const isSlotted = ({ plan }: Job) => plan.kind === 'train' || plan.saveMethod !== 'lora';
const rules: ScheduleRules = {
  slots: [0],
  needsSlot: isSlotted,
  laneOf: ({ kind }) => (kind === 'upload' ? 'upload' : undefined),
  now,
};

describe('uploads in the queue', () => {
  const training = job(1, { state: running, slot: 0 });
  test.each<[string, Job[], number[]]>([
    ['an adapter starts beside a training', [training, lora(2)], [2]],
    ['a merge waits for the slot of a training', [training, merge(2)], []],
    ['and what stands behind it goes before it where it needs none', [training, merge(2), lora(3)], [3]],
    ['one at a time, in the order of the queue', [lora(2), lora(3), merge(4)], [2]],
    ['a merge has its turn before an adapter behind it', [merge(2), lora(3)], [2]],
    ['and takes its slot before a training behind it', [merge(2), job(3)], [2]],
    ['none beside one that runs', [lora(2, { state: running }), lora(3), job(4)], [4]],
    [
      'none beside one that is starting',
      [lora(2, { state: { name: 'starting', at: 1, attempt: 1 } }), lora(3)],
      [],
    ],
    ['a held one leaves the lane to the next', [lora(2, { held: true }), lora(3)], [3]],
    ['one between two tries does as well', [lora(2, { state: { ...queued, retry } }), lora(3)], [3]],
    [
      'until its time has come',
      [lora(2, { state: { ...queued, retry: { ...retry, notBefore: now } } }), lora(3)],
      [2],
    ],
  ])('%s', (_what, active, expected) => {
    expect(chooseStarts(active, rules).map((start) => start.job.id)).toEqual(expected);
  });

  it('know behind whom they stand', () => {
    const other = lora(2, { state: running });
    const ahead = (one: Job, active: readonly Job[], slots = [0]) =>
      findAhead(one, active, { ...rules, slots }).map(({ id }) => id);
    expect(ahead(merge(3), [training, merge(3)])).toEqual([1]);
    expect(ahead(merge(3), [training, other, merge(3)])).toEqual([2]);
    expect(ahead(lora(3), [training, lora(3)])).toEqual([]);
    expect(ahead(merge(3), [training, merge(3)], [0, 1])).toEqual([]);
    expect(ahead(merge(3, { held: true }), [training])).toEqual([]);
    expect(ahead(merge(3, { state: { ...queued, retry } }), [training])).toEqual([]);
  });

  test.each<[string, Job[], [number, number][]]>([
    ['as the one of the lane ends', [lora(2, { state: running }), lora(3)], [[3, 7_000]]],
    ['not known behind one that waits', [lora(2, { state: running }), lora(3), lora(4)], [[3, 7_000]]],
    ['as the later of lane and slot ends', [training, lora(2, { state: running }), merge(3)], [[3, 9_000]]],
    ['not known where one of both is not', [training, lora(5, { state: running }), merge(3)], []],
    ['not told between two tries, which tell their time', [lora(3, { state: { ...queued, retry } })], []],
  ])('are expected to start %s', (_what, active, expected) => {
    const ends: Record<number, number> = { 1: 9_000, 2: 7_000 };
    expect([...expectStarts(active, rules, ({ id }) => ends[id])]).toEqual(expected);
  });
});
