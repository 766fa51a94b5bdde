import { describe, expect, test } from 'vitest';
import type { Episode } from '../../../src/domain/sentinel/episode.js';
import { defaultLevels, ruleNames } from '../../../src/domain/sentinel/rule-names.js';
import { describeRules, rulesFor } from '../../../src/domain/sentinel/rules.js';
import { defaultThresholds } from '../../../src/domain/sentinel/thresholds.js';
import { alarmMessage } from '../../../src/views/alarm-message.js';
import { ignoredAnswer, resumeAnswer } from '../../../src/views/alarm-answers.js';
import { alarmChart } from '../../../src/views/charts/alarm-chart.js';
import { jobMessage } from '../../../src/views/job-message.js';
import { watchAnswer, watchMessage, type WatchedRule } from '../../../src/views/watch-message.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { expectGolden } from './golden.js';
import {
  anna,
  midway,
  noon,
  running,
  sampleJob,
  sampleNotice,
  samplePlan,
  sampleSnapshot,
} from './samples.js';

const png = Buffer.from('png');
const url = 'https://discord.com/channels/1/2/3';

function sampleEpisode(change: Partial<Episode> = {}): Episode {
  return {
    id: 7,
    jobId: 12,
    attempt: 1,
    level: 'alarm',
    rule: 'kl-high',
    number: 1,
    step: 60,
    sinceStep: 60,
    healthyStep: 55,
    atMs: noon + 300_000,
    figures: { kl: 1.234567 },
    sentence: 'KL is 1.235, over 1: it has diverged',
    checkpoint: { step: 50, path: '/srv/toolset/x/checkpoints/checkpoint-50' },
    ...change,
  };
}

const notice = sampleNotice({ kind: 'alarm', detail: { episode: 7, stopped: false } });
const training = sampleSnapshot(running, { progress: midway });

describe('an alarm', () => {
  test('with its figures, chart and buttons', () =>
    expectGolden(
      'alarm',
      alarmMessage(notice, training, sampleEpisode(), { chart: png, liveMessageUrl: url }),
    ));

  test('with nothing to go on from', () => {
    const {
      checkpoint: _,
      healthyStep: __,
      ...rest
    } = sampleEpisode({
      rule: 'loss-not-finite',
      figures: { loss: Number.NaN },
      sentence: 'Loss is NaN',
    });
    return expectGolden('alarm-no-checkpoint', alarmMessage(notice, training, rest));
  });

  test('that began earlier than it was noticed, and is over', () =>
    expectGolden(
      'alarm-over',
      alarmMessage(
        notice,
        training,
        sampleEpisode({
          rule: 'loss-rising',
          sinceStep: 10,
          healthyStep: 5,
          checkpoint: { step: 5, path: '/x' },
          figures: { loss: 0.7, 'loss before': 0.5 },
          sentence: 'Loss rose over 10 entries in a row, from 0.5 to 0.7',
          end: { step: 85, atMs: noon + 400_000 },
        }),
      ),
    ));

  test('that stopped the run by itself', () =>
    expectGolden(
      'alarm-auto-stop',
      alarmMessage(
        sampleNotice({ kind: 'alarm', detail: { episode: 7, stopped: true } }),
        sampleSnapshot(
          { ...running, cancel: { by: anna, at: noon + 300_000, rule: 'kl-high' } },
          { progress: midway },
        ),
        sampleEpisode({ level: 'auto-stop' }),
      ),
    ));

  test('of a job that is over when it is sent', () =>
    expectGolden(
      'alarm-job-over',
      alarmMessage(
        notice,
        sampleSnapshot({
          name: 'failed',
          at: noon + 600_000,
          failure: { code: 'out-of-memory', message: 'The GPU ran out of memory.' },
          exitCode: 1,
        }),
        sampleEpisode({
          rule: 'out-of-memory',
          figures: {},
          sentence: 'The output says that memory ran out',
        }),
      ),
    ));

  test('before the first entry', () => {
    const {
      step: _,
      sinceStep: __,
      healthyStep: ___,
      checkpoint: ____,
      ...rest
    } = sampleEpisode({
      rule: 'disk-short',
      figures: { 'free disk, bytes': 1.5e9, 'next checkpoint, bytes': 14e9 },
      sentence: 'The disk has 1.5 GB free, the next checkpoint takes 14 GB',
    });
    return expectGolden('alarm-before-first-entry', alarmMessage(notice, sampleSnapshot(running), rest));
  });

  test('with figures and names at their extremes', () => {
    const plan = samplePlan({ methodLabel: '@everyone **שלום** 🦙 '.repeat(20) });
    const snapshot = sampleSnapshot(running, { progress: midway, of: { plan, id: 999_999_999 } });
    return expectGolden(
      'alarm-extreme',
      alarmMessage(
        notice,
        snapshot,
        sampleEpisode({
          step: 1_000_000_000,
          sinceStep: 999_999_999,
          figures: { loss: 1e9, 'loss before': 1e-9, grad_norm: Infinity, 'rewards/margins': -1e-9 },
          checkpoint: { step: 999_999_990, path: '/x' },
          sentence: `Loss is ${'9'.repeat(500)}`,
        }),
        { chart: png, liveMessageUrl: url },
      ),
    );
  });

  test('of each rule is within Discord’s limits, whatever its figures', () => {
    for (const method of ['kto', 'sft']) {
      for (const { name, say } of rulesFor(method)) {
        for (const figures of [{}, { loss: NaN }, { 'silent, seconds': 1e9 }]) {
          const episode = sampleEpisode({ rule: name, figures, sentence: say(figures) });
          expect(checkMessage(alarmMessage(notice, training, episode)), name).toEqual([]);
        }
      }
    }
  });
});

describe('the chart of an alarm', () => {
  const points = (from: number, to: number, valueAt: (step: number) => number) =>
    Array.from({ length: (to - from) / 5 + 1 }, (_, index): [number, number] => {
      const step = from + index * 5;
      return [step, valueAt(step)];
    });
  const curves = [
    { key: 'loss', label: 'Loss', points: points(5, 500, (step) => (step < 300 ? 0.5 : Number.NaN)) },
    { key: 'kl', label: 'KL', points: points(5, 500, (step) => (step < 300 ? 0.1 : 2)) },
  ];
  const snapshot = { ...sampleSnapshot(running, { progress: midway }), curves };

  test('shows its own figure around its begin, the limit and the checkpoint', () => {
    const spec = alarmChart(
      snapshot,
      sampleEpisode({ step: 300, sinceStep: 300, checkpoint: { step: 290, path: '/x' } }),
      defaultThresholds,
    );
    expect(spec?.panels).toHaveLength(1);
    const [panel] = spec?.panels ?? [];
    expect(
      panel?.series.map(({ label, points: shown }) => [label, shown[0]?.[0], shown.at(-1)?.[0]]),
    ).toEqual([['KL', 175, 420]]);
    expect(panel?.levels).toEqual([{ y: 1, label: 'limit 1' }]);
    expect(panel?.marks).toEqual([
      { kind: 'fault', x: 300, label: 'step 300' },
      { kind: 'recommended', x: 290, label: 'checkpoint 290' },
    ]);
    expect(panel?.bands).toEqual([{ from: 300, to: 420 }]);
  });

  test('leaves out a checkpoint that is far away, and shows the loss where a figure has no curve', () => {
    const loss = { key: 'loss', label: 'Loss', points: points(5, 500, () => 0.5) };
    const spec = alarmChart(
      { ...snapshot, curves: [loss] },
      sampleEpisode({
        rule: 'stalled',
        step: 500,
        sinceStep: 500,
        figures: { 'silent, seconds': 300 },
        checkpoint: { step: 10, path: '/x' },
      }),
      defaultThresholds,
    );
    const [panel] = spec?.panels ?? [];
    expect(panel?.series.map(({ label }) => label)).toEqual(['Loss']);
    expect(panel?.marks).toEqual([{ kind: 'fault', x: 500, label: 'step 500' }]);
    expect(panel?.levels).toEqual([]);
  });

  test('is none while there is no line', () => {
    const empty = { ...snapshot, curves: [] };
    expect(alarmChart(empty, sampleEpisode(), defaultThresholds)).toBeUndefined();
  });
});

test('the live message of a job that a rule stopped says so, while it stops and after', async () => {
  const by = { by: anna, at: noon + 300_000, rule: 'kl-high' };
  const stopping = sampleSnapshot({ ...running, cancel: by }, { progress: midway });
  await expectGolden('alarm-job-stopping', jobMessage(stopping));
  const state = { name: 'cancelled', how: 'interrupted', ...by } as const;
  await expectGolden('alarm-job-stopped', jobMessage(sampleSnapshot(state, { progress: midway })));
});

describe('answers', () => {
  const job = sampleJob(running);

  test('of the buttons', async () => {
    await expectGolden('alarm-ignored', ignoredAnswer(sampleEpisode(), job));
    const checkpoint = { step: 50, path: '/x' };
    await expectGolden('alarm-resumed', resumeAnswer(job, checkpoint, { stopped: true, halved: true }));
    await expectGolden(
      'alarm-resumed-not-halved',
      resumeAnswer(job, checkpoint, { stopped: false, halved: false }),
    );
  });
});

describe('/watch', () => {
  const descriptions = describeRules();
  const rules: WatchedRule[] = ruleNames.map((rule) => ({
    rule,
    description: descriptions[rule],
    level: defaultLevels[rule],
    from: 'default',
    episodes: 0,
    open: false,
  }));

  test('for good', () => expectGolden('watch', watchMessage(rules, undefined)));

  test('of a job, with rules that applied and were set', () =>
    expectGolden(
      'watch-job',
      watchMessage(
        rules.map((rule, index) => ({
          ...rule,
          ...(index === 0 && { level: 'auto-stop', from: 'job', episodes: 1, open: true }),
          ...(index === 2 && { level: 'silent', from: 'everyone', episodes: 1_000_000 }),
          ...(index === 3 && { level: 'warn', from: 'settings' }),
        })),
        12,
      ),
    ));

  test('of a job where nothing is wrong', () =>
    expectGolden('watch-job-well', watchMessage(rules.slice(0, 3), 12)));

  test('set', async () => {
    await expectGolden('watch-set', watchAnswer('loss-high', { level: 'silent', from: 'job' }, 12));
    await expectGolden(
      'watch-set-default',
      watchAnswer('loss-high', { level: 'alarm', from: 'default' }, undefined),
    );
  });
});
