import { describe, expect, it } from 'vitest';
import {
  noOutputFacts,
  readOutputLine,
  type OutputFacts,
} from '../../src/services/training-jobs/output-facts.js';
import { estimateRemainingMs } from '../../src/services/training-jobs/pace.js';
import { judgeTraining, type Evidence } from '../../src/services/training-jobs/verdict.js';

const good: Evidence = {
  end: { name: 'exited', exitCode: 0, at: 1 },
  cancel: undefined,
  facts: noOutputFacts,
  dryRun: false,
  finalModel: { whole: true },
  finalModelIsNew: true,
  unreadableLines: 0,
};
const cancel = { by: '1', at: 1 };
const missing = { whole: false, why: 'there is no final_model in the run' } as const;

function facts(...lines: string[]): OutputFacts {
  return lines.reduce((known, line) => readOutputLine(known, line, 145), noOutputFacts);
}

describe('verdict on a training', () => {
  it('succeeds with exit code 0, a whole new model and finite figures', () => {
    expect(judgeTraining(good)).toEqual({ name: 'succeeded', warnings: [] });
  });

  it.each<[string, Partial<Evidence>, string, string]>([
    ['exit code 0 without a model', { finalModel: missing }, 'no-final-model', 'there is no final_model'],
    ['a model left by an earlier run', { finalModelIsNew: false }, 'no-final-model', 'older'],
    [
      'figures that are not finite at the end',
      { lastNotFinite: { step: 145, key: 'loss', value: Number.NaN } },
      'not-finite',
      'loss = NaN at step 145',
    ],
    [
      'a dataset refused with exit code 0',
      { facts: facts('Dataset validation failed. Exiting.'), finalModel: missing },
      'dataset-invalid',
      'Dataset validation failed',
    ],
    [
      'a traceback',
      {
        end: { name: 'exited', exitCode: 1, at: 1 },
        facts: facts('Traceback (most recent call last):', '  File "x.py", line 3', 'ValueError: bad label'),
      },
      'exit-code',
      'ValueError: bad label',
    ],
    [
      'no GPU memory',
      {
        end: { name: 'exited', exitCode: 1, at: 1 },
        facts: facts('torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.'),
      },
      'out-of-memory',
      'GPU ran out of memory',
    ],
    ['a kill', { end: { name: 'exited', exitCode: 137, at: 1 } }, 'exit-code', 'signal 9'],
    [
      'an interrupt that nobody asked for',
      { end: { name: 'exited', exitCode: 130, at: 1 } },
      'exit-code',
      'from outside',
    ],
    ['a segmentation fault', { end: { name: 'exited', exitCode: 139, at: 1 } }, 'exit-code', 'signal 11'],
    ['no interpreter', { end: { name: 'exited', exitCode: 127, at: 1 } }, 'could-not-start', '127'],
  ])('fails on %s', (_name, evidence, code, text) => {
    const verdict = judgeTraining({ ...good, ...evidence });
    if (verdict.name !== 'failed') throw new Error(verdict.name);
    expect(verdict.failure.code).toBe(code);
    expect(verdict.failure.message).toContain(text);
  });

  it('is cancelled when it was, whatever the exit code, unless it had ended well before', () => {
    const end = { name: 'exited', exitCode: 130, at: 1 } as const;
    expect(judgeTraining({ ...good, cancel, end, finalModel: missing })).toEqual({ name: 'cancelled' });
    expect(judgeTraining({ ...good, cancel, finalModel: missing })).toEqual({ name: 'cancelled' });
    expect(judgeTraining({ ...good, cancel })).toEqual({ name: 'succeeded', warnings: [] });
  });

  it('is lost when nothing tells how it ended, or cancelled when that was asked for', () => {
    const end = { name: 'vanished', why: 'The machine was restarted while it ran.', at: 1 } as const;
    expect(judgeTraining({ ...good, end })).toEqual({ name: 'lost', why: end.why });
    expect(judgeTraining({ ...good, end, cancel })).toEqual({ name: 'cancelled' });
  });

  it('asks no model of a dry run', () => {
    expect(judgeTraining({ ...good, dryRun: true, finalModel: missing }).name).toBe('succeeded');
  });

  it('tells unreadable lines', () => {
    expect(judgeTraining({ ...good, unreadableLines: 3 })).toEqual({
      name: 'succeeded',
      warnings: ['3 unreadable lines in the metrics log'],
    });
  });
});

describe('facts of the output', () => {
  it('finds the run folder, rows of the table and the total', () => {
    const known = facts(
      'Training run directory: ./kto_output_rtx3090/20251122_143000',
      '    5/145 |   0.6500 |  1.00e-06 | 3.1',
    );
    expect(known).toMatchObject({
      runFolder: './kto_output_rtx3090/20251122_143000',
      step: 5,
      totalSteps: 145,
    });
  });

  it('does not take a bar of loading for the training', () => {
    const loading = facts(
      'Loading checkpoint shards: 100%|██████████| 3/3 [00:02<00:00,  1.4it/s]',
      'Map: 12%|█▏ | 36/300 [00:00<00:01]',
    );
    expect(loading.totalSteps).toBeUndefined();
    expect(facts(' 12%|█▏        | 17/145 [00:20<02:31,  1.18s/it]')).toMatchObject({
      step: 17,
      totalSteps: 145,
    });
  });

  it('believes the table rather than the plan', () => {
    expect(
      facts(' 5/290 | 0.65', ' 3%|▎ | 10/290 [00:10<04:40]', ' 10%|█ | 15/145 [00:10<04:40]'),
    ).toMatchObject({
      step: 10,
      totalSteps: 290,
    });
  });

  it('does not take prose for an exception', () => {
    expect(facts('This is not an Error: just text', 'Error handling enabled').exception).toBeUndefined();
  });
});

describe('pace', () => {
  const every = (ms: number, steps: readonly number[]) =>
    steps.map((step) => ({ step, atMs: 1_000 + step * ms }));

  it('is the median of the recent entries', () => {
    expect(estimateRemainingMs(every(200, [5, 10, 15, 20]), 100)).toBe(80 * 200);
    // A checkpoint that took ten minutes between two entries does not count.
    const paused = every(200, [5, 10, 15, 20, 25]).map((time) => ({
      ...time,
      atMs: time.atMs + (time.step > 15 ? 600_000 : 0),
    }));
    expect(estimateRemainingMs(paused, 100)).toBe(75 * 200);
  });

  it('is unknown at first, and 0 at the end', () => {
    expect(estimateRemainingMs([], 10)).toBeUndefined();
    expect(estimateRemainingMs(every(200, [5]), 10)).toBeUndefined();
    expect(estimateRemainingMs(every(200, [5, 10]), 10)).toBe(0);
  });

  it('survives a clock that was set back and steps that were repeated', () => {
    const times = [
      { step: 5, atMs: 9_000 },
      { step: 10, atMs: 1_000 },
      { step: 10, atMs: 1_500 },
      { step: 15, atMs: 2_500 },
    ];
    expect(estimateRemainingMs(times, 20)).toBe(5 * 200);
  });
});
