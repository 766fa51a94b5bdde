import { describe, expect, test } from 'vitest';
import type { FailureCode, JobState } from '../../../src/domain/job.js';
import type { JobProgress } from '../../../src/domain/progress.js';
import { noProgress } from '../../../src/domain/progress.js';
import type { JobSnapshot } from '../../../src/domain/snapshot.js';
import { cancelAnswer } from '../../../src/views/job-answers.js';
import { jobMessage } from '../../../src/views/job-message.js';
import { noticeMessage } from '../../../src/views/notice-message.js';
import { checkMessage, textColumns } from '../../helpers/discord-limits.js';
import { renderMessage } from '../../helpers/render-message.js';
import { expectGolden } from './golden.js';
import {
  anna,
  bert,
  busyCard,
  midway,
  noon,
  runPath,
  running,
  sampleJob,
  sampleNotice,
  samplePlan,
  sampleSnapshot,
  traceback,
} from './samples.js';

const queued: JobState = { name: 'queued', at: noon };
const starting: JobState = { name: 'starting', at: noon + 2000, attempt: 1 };
const cancel = { by: bert, at: noon + 600_000 };
const stopping: JobState = { name: 'running', at: noon, attempt: 1, process: running.process, cancel };
const ended = noon + 1_804_000;
const succeeded: JobState = { name: 'succeeded', at: ended, warnings: [] };
const lost: JobState = { name: 'lost', at: ended, why: 'The host was restarted while it ran.' };
const cancelled: JobState = { name: 'cancelled', at: ended, by: bert, how: 'interrupted' };

function failed(code: FailureCode, message: string): JobState {
  return { name: 'failed', at: ended, failure: { code, message }, exitCode: 1 };
}

const outOfMemory = failed(
  'out-of-memory',
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 512.00 MiB.',
);

/** The last step of 147. */
const atEnd: JobProgress = { ...midway, step: 147, epoch: 3, etaMs: 0 };

const extreme: JobProgress = {
  ...noProgress,
  phase: 'training',
  step: 1e9,
  totalSteps: 2e9,
  epoch: 1e-9,
  etaMs: 1e12,
  figures: { loss: 1e9, kl: 1e-9, 'rewards/margins': -123456.789, learning_rate: Number.POSITIVE_INFINITY },
  earlier: { loss: 1e-9, kl: 1e9, 'rewards/margins': Number.NaN, learning_rate: 1e-6 },
  evaluation: { eval_loss: Number.NaN },
  unreadableLines: 12,
};

const nasty = '``` @everyone <@&7> ‮evil‬ שלום 🦥 漢字\u{7}'.padEnd(200, 'ä🦥');
const nastyPlan = samplePlan({
  method: nasty,
  platform: nasty,
  note: nasty,
  settings: [{ key: 'model', label: 'Model', value: nasty }],
  dataset: { ...samplePlan().dataset!, name: nasty },
  columns: Array.from({ length: 14 }, (_, index) => ({
    key: `k${index}`,
    label: index === 0 ? nasty : `Column ${index}`,
    better: 'higher' as const,
  })),
});
const nastyJob = {
  plan: nastyPlan,
  runPath: nasty,
  warnings: Array.from({ length: 9 }, (_, i) => `${i} ${nasty}`),
};
const nastyTail = Array.from({ length: 15 }, (_, index) => `${index} ${nasty} ${'```'.repeat(9)}`);
const nastyProgress = {
  ...extreme,
  figures: Object.fromEntries(nastyPlan.columns.map(({ key }, index) => [key, -(10 ** -index) * 1.2345])),
};

const chart = Buffer.from('png');

const states: readonly (readonly [string, JobSnapshot])[] = [
  ['queued', sampleSnapshot(queued, { place: 2 })],
  ['queued-waits', sampleSnapshot({ ...queued, wait: 'GPU 0, in use by job 11' }, { place: 1 })],
  ['queued-held', sampleSnapshot(queued, { place: 3, of: { held: true } })],
  ['starting', sampleSnapshot(starting)],
  ['starting-cancelled', sampleSnapshot({ ...starting, cancel })],
  ['running-silent', sampleSnapshot(running)],
  [
    'running-loading',
    sampleSnapshot(running, { progress: { ...noProgress, lastLine: 'Loading checkpoint shards:  50%' } }),
  ],
  ['running-training', sampleSnapshot(running, { progress: midway, of: { runPath } })],
  ['running-gpu', sampleSnapshot(running, { progress: midway, gpu: busyCard, of: { runPath } })],
  ['running-gpu-silent', sampleSnapshot(running, { progress: midway, gpu: { index: 1, name: 'B' } })],
  [
    'running-no-total',
    sampleSnapshot(running, {
      progress: { ...noProgress, phase: 'training', step: 5, figures: { loss: 0.65 } },
    }),
  ],
  [
    'running-warned',
    sampleSnapshot(running, { progress: midway, of: { warnings: ['KL is above 1 since step 60.'] } }),
  ],
  [
    'running-nan',
    sampleSnapshot(running, {
      progress: {
        ...midway,
        figures: { loss: Number.NaN, kl: Number.NaN, 'rewards/margins': Number.NaN, learning_rate: 1e-6 },
        firstNonFiniteStep: 40,
        unreadableLines: 3,
      },
    }),
  ],
  ['running-extreme', sampleSnapshot(running, { progress: extreme })],
  ['running-nasty', sampleSnapshot(running, { progress: nastyProgress, of: nastyJob, tail: nastyTail })],
  [
    'running-saving',
    sampleSnapshot(running, {
      progress: { ...atEnd, phase: 'saving', lastLine: 'Saving the final model …' },
    }),
  ],
  ['stopping', sampleSnapshot(stopping, { progress: midway })],
  ['succeeded', sampleSnapshot(succeeded, { progress: atEnd, of: { runPath }, tail: ['bye'] })],
  [
    'succeeded-warned',
    sampleSnapshot(
      { ...succeeded, warnings: ['Loss rose over 10 entries.', 'KL was above 1.'] },
      { progress: atEnd, of: { runPath, warnings: ['KL was above 1.'] } },
    ),
  ],
  ['succeeded-dry-run', sampleSnapshot(succeeded, { of: { plan: samplePlan({ dryRun: true }) } })],
  ['failed-memory', sampleSnapshot(outOfMemory, { progress: midway, tail: traceback, of: { runPath } })],
  [
    'failed-dataset',
    sampleSnapshot(
      {
        name: 'failed',
        at: ended,
        failure: { code: 'dataset-invalid', message: 'Dataset validation failed.' },
        exitCode: 0,
      },
      { tail: ['Line 7: label is missing', 'Dataset validation failed. Exiting.'] },
    ),
  ],
  ['failed-start', sampleSnapshot(failed('could-not-start', 'No such file: python.'), { of: {} })],
  [
    'failed-nasty',
    sampleSnapshot(failed('exit-code', nasty.repeat(4)), {
      progress: nastyProgress,
      of: nastyJob,
      tail: nastyTail,
    }),
  ],
  [
    'cancelled',
    sampleSnapshot(cancelled, {
      progress: midway,
      tail: ['^C', 'Interrupted, saving checkpoint-65'],
      of: { runPath },
    }),
  ],
  ['cancelled-early', sampleSnapshot({ ...cancelled, how: 'before-start' })],
  ['lost', sampleSnapshot(lost, { progress: midway, tail: traceback.slice(0, 2), of: { runPath } })],
];

describe('the message of a job', () => {
  test.each(states)('%s', async (name, snapshot) => {
    await expectGolden(`job-${name}`, jobMessage(snapshot, snapshot.progress.step ? { chart } : {}));
  });

  test('tells each state by colour, word and symbol; no two kinds of state share one', () => {
    const heads = new Map(
      states.map(([name, snapshot]) => {
        const embed = jobMessage(snapshot).embeds?.[0];
        const [symbol = '', word = ''] = (embed?.title ?? '').split(/[ ,]/);
        return [name, { symbol, word, colour: embed?.color }];
      }),
    );
    const kinds = [
      'queued',
      'running-training',
      'running-warned',
      'failed-memory',
      'succeeded',
      'stopping',
      'lost',
    ];
    const shown = kinds.map((kind) => heads.get(kind));
    expect(new Set(shown.map((head) => head?.symbol)).size).toBe(kinds.length);
    expect(new Set(shown.map((head) => head?.colour)).size).toBe(kinds.length);
    expect(shown.map((head) => head?.word)).toEqual([
      'Waiting',
      'Running',
      'Running',
      'Failed',
      'Succeeded',
      'Stopping',
      'Lost',
    ]);
  });

  test('says succeeded only of a job that has', () => {
    for (const [name, snapshot] of states) {
      const says = /succe|finish|done/i.test(renderMessage(jobMessage(snapshot)));
      expect(says, name).toBe(snapshot.job.state.name === 'succeeded');
    }
  });

  test('shows Cancel while there is something to cancel, once', () => {
    const button = (snapshot: JobSnapshot) =>
      JSON.parse(JSON.stringify(jobMessage(snapshot).components))[0]?.components[0];
    expect(button(sampleSnapshot(queued))).toMatchObject({ custom_id: 'job:cancel:12' });
    expect(button(sampleSnapshot(running)).disabled).toBeUndefined();
    expect(button(sampleSnapshot(stopping)).disabled).toBe(true);
    expect(button(sampleSnapshot({ ...starting, cancel })).disabled).toBe(true);
  });

  test('offers to go on or to begin anew after an end that was no success', () => {
    const labels = (name: string) => {
      const snapshot = states.find(([known]) => known === name)?.[1] ?? sampleSnapshot(running);
      const written = JSON.stringify(jobMessage(snapshot).components);
      return [...written.matchAll(/"label":"([^"]+)"/g)].map(([, label]) => label);
    };
    expect(labels('succeeded')).toEqual(['Upload']);
    for (const name of ['lost', 'cancelled', 'failed-memory']) {
      expect(labels(name)).toEqual(['Resume', 'Retry', 'Log']);
    }
    // Without a run there is nothing to go on from.
    expect(labels('cancelled-early')).toEqual(['Retry', 'Log']);
  });

  test('pings nobody, whatever it quotes', () => {
    for (const [, snapshot] of states) expect(jobMessage(snapshot).mention).toEqual([]);
  });

  test('brings its picture along, or none', () => {
    const snapshot = sampleSnapshot(running, { progress: midway });
    const withChart = jobMessage(snapshot, { chart });
    expect(withChart.embeds?.[0]?.image?.url).toBe('attachment://chart.png');
    expect(withChart.files?.map(({ name, data }) => [name, data])).toEqual([['chart.png', chart]]);
    expect(jobMessage(snapshot).embeds?.[0]?.image).toBeUndefined();
    expect(jobMessage(snapshot).files).toEqual([]);
  });

  test('is the same message all through a minute when nothing happens', () => {
    const at = Math.floor(noon / 60_000) * 60_000;
    const look = (ms: number) => jobMessage(sampleSnapshot(running, { at: at + ms }));
    expect(look(59_999)).toEqual(look(0));
    expect(look(60_000)).not.toEqual(look(0));
  });

  test('states the duration from the first run to the end', () => {
    // Started 4 s after noon, ended 1804 s after it: 30 minutes.
    const text = renderMessage(jobMessage(sampleSnapshot(succeeded, { progress: atEnd })));
    expect(text).toContain('Ran 30 min, step 147 of 147');
  });

  test('keeps all 15 last lines of a usual program', () => {
    const tail = Array.from({ length: 15 }, (_, index) => `line ${index} ${'x'.repeat(90)}`);
    const text = renderMessage(jobMessage(sampleSnapshot(outOfMemory, { tail })));
    for (let index = 0; index < 15; index += 1) expect(text).toContain(`line ${index} `);
  });

  test('every line of a code block is seen on a phone', () => {
    for (const [name, snapshot] of states) {
      const description = jobMessage(snapshot).embeds?.[0]?.description ?? '';
      const blocks = description.split('```').filter((_, index) => index % 2 === 1);
      for (const line of blocks.join('\n').split('\n')) {
        expect(textColumns(line), `${name}: ${line}`).toBeLessThanOrEqual(34);
      }
    }
  });
});

describe('the notice that pings', () => {
  const url = 'https://discord.com/channels/1/2/3';

  test.each([
    ['succeeded', sampleNotice(), sampleSnapshot(succeeded, { progress: atEnd, of: { runPath } })],
    ['failed', sampleNotice(), sampleSnapshot(outOfMemory, { progress: midway, tail: traceback })],
    ['cancelled', sampleNotice(), sampleSnapshot(cancelled, { progress: midway })],
    ['lost', sampleNotice(), sampleSnapshot(lost)],
    ['started', sampleNotice({ kind: 'started' }), sampleSnapshot(running)],
    ['started-late', sampleNotice({ kind: 'started' }), sampleSnapshot(outOfMemory)],
    [
      'alarm',
      sampleNotice({ kind: 'alarm', detail: { message: 'KL is above 1 since step 60.' } }),
      sampleSnapshot(running, { progress: midway }),
    ],
    ['needs-you', sampleNotice({ kind: 'needs-you', detail: { message: nasty } }), sampleSnapshot(queued)],
  ] as const)('%s', async (name, notice, snapshot) => {
    const message = noticeMessage(notice, snapshot, { chart, liveMessageUrl: url });
    await expectGolden(`notice-${name}`, message);
    expect(message.mention).toEqual([anna]);
    expect(message.content?.startsWith(`<@${anna}> `)).toBe(true);
    expect(message.content?.includes(url)).toBe(true);
  });

  test('of a job that failed never says that it succeeded, nor "started" of one that is over', () => {
    for (const kind of ['finished', 'started'] as const) {
      const text = renderMessage(noticeMessage(sampleNotice({ kind }), sampleSnapshot(outOfMemory)));
      expect(text).toMatch(/❌ \*\*Job 12\*\* failed · out of memory/);
      expect(text).not.toMatch(/succe|has started/);
    }
  });

  test('stays within the limits in every state', () => {
    for (const [, snapshot] of states) {
      expect(checkMessage(noticeMessage(sampleNotice({ detail: { message: nasty } }), snapshot))).toEqual([]);
    }
  });
});

describe('the answer to a press of Cancel', () => {
  test.each([
    ['cancelled', { ...cancelled, how: 'before-start' } as const],
    ['stopping', stopping],
    ['over', succeeded],
  ])('%s', async (name, state) => {
    await expectGolden(`cancel-answer-${name}`, cancelAnswer(sampleJob(state)));
  });
});
