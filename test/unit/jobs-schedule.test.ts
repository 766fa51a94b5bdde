import { describe, expect, test } from 'vitest';
import type { Job, JobState } from '../../src/domain/job.js';
import { noProgress } from '../../src/domain/progress.js';
import { chooseStarts, expectStarts } from '../../src/services/jobs/schedule.js';
import { admin, alice, openJobs, plainKind } from '../helpers/jobs.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import { waitFor } from '../helpers/wait-for.js';

const process = { pid: 1, startedAt: '1', bootId: 'b' };
const running: JobState = { name: 'running', at: 1, attempt: 1, process };
const queued: JobState = { name: 'queued', at: 1 };

function job(id: number, state: JobState, change: Partial<Job> = {}): Job {
  const plan = makeTrainPlan();
  return {
    id,
    kind: 'train',
    state,
    plan,
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

const runs = (id: number, slot: number): Job => job(id, running, { slot });
const waits = (id: number, change: Partial<Job> = {}): Job => job(id, queued, change);

describe('the expected start', () => {
  const ends: Record<number, number> = { 1: 5000, 2: 3000 };
  const rules = (slots: readonly number[]) => ({
    slots,
    needsSlot: ({ kind }: Job) => kind === 'train',
    now: 10,
  });
  const foresee = (active: readonly Job[], slots: readonly number[]) => [
    ...expectStarts(active, rules(slots), ({ id }) => ends[id]),
  ];

  test.each<[string, Job[], number[], [number, number][]]>([
    ['is the end of the job in the slot', [runs(1, 0), waits(9)], [0], [[9, 5000]]],
    [
      'goes by the order of the queue and of the ends',
      [runs(1, 0), runs(2, 1), waits(8), waits(7), waits(9)],
      [0, 1],
      [
        [8, 3000],
        [7, 5000],
      ],
    ],
    ['passes over a held job', [runs(1, 0), waits(8, { held: true }), waits(9)], [0], [[9, 5000]]],
    ['is not known where no end is', [runs(3, 0), waits(9)], [0], []],
    ['is by the ends that are known', [runs(3, 0), runs(1, 1), waits(9)], [0, 1], [[9, 5000]]],
    ['is not told of what starts at once', [runs(1, 0), waits(8)], [0, 1], []],
    ['nor of what needs no slot', [runs(1, 0), waits(8, { kind: 'upload' }), waits(9)], [0], [[9, 5000]]],
    ['does not count on a slot that was taken away', [runs(1, 5), runs(3, 0), waits(9)], [0], []],
    ['is not known without slots', [waits(9)], [], []],
  ])('%s', (_what, active, slots, expected) => {
    expect(foresee(active, slots)).toEqual(expected);
    const starting = chooseStarts(active, rules(slots)).map((start) => start.job.id);
    expect(expected.some(([id]) => starting.includes(id))).toBe(false);
  });
});

test('a waiting job knows its place and its start, and its message is told when they move', async () => {
  const { train } = plainKind();
  let etaMs: number | undefined = 600_000;
  let now = Date.now();
  const { jobDesk, planDesk, supervisor, changed } = await openJobs({
    clock: () => now,
    kinds: {
      train: {
        ...train!,
        track: (of, dir) => ({
          ...train!.track(of, dir),
          progress: () => ({ ...noProgress, ...(etaMs !== undefined && { etaMs }) }),
        }),
      },
    },
  });
  const argv = ['python3', '-c', 'import time; time.sleep(60)'] as const;
  const ids: number[] = [];
  for (let count = 0; count < 3; count++) {
    const plan = makeTrainPlan({ launch: { argv, cwd: '/', env: {} } });
    const result = await planDesk.confirm(planDesk.propose(plan, alice).id, alice);
    if (result.outcome === 'confirmed') ids.push(...result.jobs.map(({ id }) => id));
  }
  const [first = 0, second = 0, third = 0] = ids;
  supervisor.start();
  await waitFor(() => jobDesk.get(first)?.state.name === 'running');
  const waiting = async (id: number) => {
    const { place, expectedStartAt } = (await jobDesk.snapshot(id))!;
    return [place, expectedStartAt];
  };
  expect(await waiting(second)).toEqual([1, now + 600_000]);
  expect(await waiting(third)).toEqual([2, undefined]);

  etaMs = undefined;
  expect(await waiting(second)).toEqual([1, undefined]);

  const told: number[] = [];
  jobDesk.onChange((id) => told.push(id));
  changed(first);
  expect(told).toEqual([first]);
  now += 60_000;
  changed(first);
  expect(new Set(told)).toEqual(new Set([first, second, third]));

  told.length = 0;
  jobDesk.moveFirst(third, admin);
  expect(new Set(told)).toEqual(new Set([second, third]));
  expect(await waiting(third)).toEqual([1, undefined]);
});
