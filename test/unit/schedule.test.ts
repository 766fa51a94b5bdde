import { expect, it } from 'vitest';
import { chooseSlots, findSlots, visibleGpus } from '../../src/services/gpu/find-slots.js';
import { chooseStarts } from '../../src/services/jobs/schedule.js';
import type { Job } from '../../src/domain/job.js';
import { alice } from '../helpers/jobs.js';
import { makeTrainPlan } from '../helpers/train-plan.js';

const cards = [
  { index: 0, uuid: 'GPU-aaaa-1' },
  { index: 1, uuid: 'GPU-bbbb-2' },
  { index: 2, uuid: 'GPU-cccc-3' },
];

function queued(id: number): Job {
  return {
    id,
    kind: 'train',
    state: { name: 'queued', at: 0 },
    plan: makeTrainPlan(),
    planId: `p${id}`,
    requestedBy: alice.userId,
    guildId: alice.guildId,
    channelId: alice.channelId,
    createdAt: 0,
    position: id,
    held: false,
    attempts: 0,
    warnings: [],
  };
}

it('leaves the GPUs that CUDA_VISIBLE_DEVICES names', () => {
  expect(visibleGpus(cards, undefined)).toEqual([0, 1, 2]);
  expect(visibleGpus(cards, '2, 0')).toEqual([2, 0]);
  expect(visibleGpus(cards, 'GPU-bbbb,GPU-bbbb')).toEqual([1]);
  expect(visibleGpus(cards, '1,7,0')).toEqual([1]);
  expect(visibleGpus(cards, '')).toEqual([]);
  expect(visibleGpus(cards, '-1')).toEqual([]);
});

it('makes as many slots as are asked for, and invents no GPU', () => {
  expect(chooseSlots(2, [0, 1, 2])).toEqual({ numbers: [0, 1], gpus: [0, 1] });
  expect(chooseSlots(3, [1])).toEqual({ numbers: [1, 0, 2], gpus: [1] });
  expect(chooseSlots(1, [])).toEqual({ numbers: [0], gpus: [] });
});

it('takes a list for GPU indexes, and without nvidia-smi has one slot', async () => {
  const env = { PATH: '/nowhere' };
  expect(await findSlots([3, 1], env)).toEqual({ numbers: [3, 1], gpus: [3, 1] });
  expect(await findSlots(2, env)).toEqual({ numbers: [0, 1], gpus: [] });
  expect(await findSlots(undefined, env)).toEqual({ numbers: [0], gpus: [] });
});

it('offers a job the first free slot that it may try, and the other to the next', () => {
  const starts = chooseStarts([queued(1), queued(2), queued(3)], {
    slots: [0, 1],
    needsSlot: () => true,
    mayTry: (job, slot) => job.id === 3 || slot !== 0,
    now: 0,
  });
  expect(starts.map(({ job, slot }) => [job.id, slot])).toEqual([
    [1, 1],
    [3, 0],
  ]);
});
