import { describe, expect, test } from 'vitest';
import type { GpuCardView } from '../../../src/domain/gpu.js';
import type { Job, JobState } from '../../../src/domain/job.js';
import { noProgress } from '../../../src/domain/progress.js';
import type { StatusBoard } from '../../../src/domain/status-board.js';
import { statusAnswer, statusMessage } from '../../../src/views/status-message.js';
import { expectGolden } from './golden.js';
import {
  bert,
  busyCard,
  guild,
  midway,
  noon,
  running,
  sampleJob,
  samplePlan,
  sampleSnapshot,
} from './samples.js';

const url = `https://discord.com/channels/${guild}/300000000000000001/500000000000000001`;
const queued: JobState = { name: 'queued', at: noon };
const cancel = { by: bert, at: noon };
const card: GpuCardView = { card: busyCard, programs: [], jobIds: [12], history: [] };
const second: GpuCardView = { ...card, card: { index: 1, name: 'B' }, jobIds: [] };
const absent = { state: { name: 'absent' }, cards: [], at: noon } as const;
const nasty = '``` @everyone <@&7> \u202eevil\u202c שלום 🦥 漢字\u{7}'.padEnd(200, 'ä🦥');

function board(change: Partial<StatusBoard> = {}): StatusBoard {
  return {
    running: [],
    waiting: [],
    waitingCount: 0,
    ended: [],
    gpu: absent,
    at: noon + 605_000,
    ...change,
  };
}

const training = { snapshot: sampleSnapshot(running, { progress: midway }), url };
const warned = {
  snapshot: sampleSnapshot(running, { progress: midway, of: { id: 13, warnings: ['KL is 1.2'] } }),
};
const loading = { snapshot: sampleSnapshot(running, { of: { id: 14 } }) };
const stopping = { snapshot: sampleSnapshot({ ...running, cancel }, { progress: midway, of: { id: 15 } }) };
const starting = { snapshot: sampleSnapshot({ name: 'starting', at: noon, attempt: 1 }, { of: { id: 16 } }) };

const next = sampleSnapshot(queued, { place: 1, expectedStartAt: noon + 1_625_000, of: { id: 17 } });
const held = sampleSnapshot(queued, { place: 2, of: { id: 18, held: true } });

function over(id: number, state: JobState, warnings: readonly string[] = []): Job {
  return sampleJob(state, { id, warnings });
}
const ended = [
  over(9, { name: 'succeeded', at: noon, warnings: [] }),
  over(8, { name: 'succeeded', at: noon - 1000, warnings: [] }, ['KL is 1.2', 'Loss rose']),
  over(7, { name: 'failed', at: noon - 60_000, failure: { code: 'exit-code', message: 'x' }, exitCode: 1 }),
];

const nastyPlan = samplePlan({
  method: nasty,
  platform: nasty,
  columns: [{ key: 'loss', label: nasty, better: 'lower', main: true }],
});
const nastyProgress = {
  ...noProgress,
  phase: 'training' as const,
  step: 1e9,
  totalSteps: 2e9,
  etaMs: 1e12,
  figures: { loss: -1e-9 },
};
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const boards: readonly (readonly [string, StatusBoard])[] = [
  ['idle', board()],
  ['idle-after', board({ ended })],
  ['one', board({ running: [training], gpu: { state: { name: 'read' }, cards: [card], at: noon } })],
  [
    'many',
    board({
      running: [training, warned, loading, stopping, starting],
      waiting: [next, held],
      waitingCount: 2,
      ended,
      gpu: { state: { name: 'read' }, cards: [card, second], at: noon },
    }),
  ],
  ['waiting', board({ waiting: [held], waitingCount: 1 })],
  [
    'extreme',
    board({
      running: many(40, (id) => ({
        snapshot: sampleSnapshot(running, { progress: nastyProgress, of: { id: 1e9 + id, plan: nastyPlan } }),
        url,
      })),
      waiting: many(5, (id) => sampleSnapshot(queued, { place: 1e9 + id, of: { id, plan: nastyPlan } })),
      waitingCount: 1e6,
      ended: many(3, (id) => sampleJob({ name: 'lost', at: noon, why: nasty }, { id, plan: nastyPlan })),
      gpu: { state: { name: 'read' }, cards: many(16, () => ({ ...card, jobIds: [1, 2, 3, 4] })), at: noon },
    }),
  ],
];

describe('the message of /status', () => {
  test.each(boards)('%s', async (name, given) => {
    await expectGolden(`status-${name}`, statusMessage(given));
  });

  test('says when it could not be pinned', async () => {
    await expectGolden('status-not-pinned', statusMessage(board(), { pinRefused: true }));
  });

  test('is announced to whoever asked for it', async () => {
    await expectGolden('status-answer', statusAnswer({ pin: false }));
    await expectGolden('status-answer-pinned', statusAnswer({ pin: true }));
  });

  test('is the same all through a minute while something runs, and through ten while nothing does', () => {
    const at = Math.floor(noon / 600_000) * 600_000;
    const idle = (ms: number) => statusMessage(board({ at: at + ms }));
    expect(idle(599_999)).toEqual(idle(0));
    const busy = (ms: number) => statusMessage(board({ running: [loading], at: at + ms }));
    expect(busy(59_999)).toEqual(busy(0));
    expect(busy(60_000)).not.toEqual(busy(0));
  });
});
