import { describe, expect, it } from 'vitest';
import type { Curve } from '../../src/domain/chart.js';
import type { MetricColumn } from '../../src/domain/train-plan.js';
import { trainingChart } from '../../src/views/charts/training-chart.js';
import { curves as midwayCurves, running, sampleJob, samplePlan, sampleSnapshot } from './views/samples.js';

function curve(key: string, label: string, ...values: readonly number[]): Curve {
  return { key, label, points: values.map((value, index) => [10 * (index + 1), value] as const) };
}

function chart(curves: readonly Curve[], columns?: readonly MetricColumn[]) {
  const plan = samplePlan(columns ? { columns } : {});
  return trainingChart({ ...sampleSnapshot(running), job: sampleJob(running, { plan }), curves });
}

describe('trainingChart', () => {
  it('shows loss above, margin and KL with an axis each below', () => {
    const [loss, margin, kl] = midwayCurves.map(({ points }) => points);
    expect(chart(midwayCurves)).toEqual({
      widthPx: 800,
      heightPx: 640,
      title: 'Job 12 · Preference learning (KTO)',
      x: { label: 'step', scale: 'linear' },
      panels: [
        {
          left: { label: 'Loss', scale: 'linear' },
          series: [{ label: 'Loss', value: '0.5123', colour: 0, axis: 'left', points: loss }],
          marks: [],
          bands: [],
        },
        {
          left: { label: 'Margin', scale: 'linear' },
          right: { label: 'KL', scale: 'linear' },
          series: [
            { label: 'Margin', value: '0.412', colour: 2, axis: 'left', points: margin },
            { label: 'KL', value: '0.031', colour: 3, axis: 'right', points: kl },
          ],
          marks: [],
          bands: [],
        },
      ],
    });
  });

  it('draws the eval loss dashed beside the loss, and no learning rate', () => {
    const spec = chart([
      curve('loss', 'Loss', 3, 2, 1),
      curve('eval_loss', 'Eval loss', 2.5),
      curve('learning_rate', 'LR', 1, 2, 3),
    ]);
    expect(spec?.heightPx).toBe(450);
    const series = spec?.panels.map((panel) => panel.series.map((one) => [one.label, one.value, one.dashed]));
    expect(series).toEqual([
      [
        ['Loss', '1', undefined],
        ['Eval loss', '2.5', true],
      ],
    ]);
  });

  it('takes a log axis where positive values span more than two decades', () => {
    const scaleOf = (...kl: readonly number[]) => chart([curve('kl', 'KL', ...kl)])?.panels[0]?.left.scale;
    expect(scaleOf(0.01, 1)).toBe('linear');
    expect(scaleOf(0.01, 1.01)).toBe('log');
    expect(scaleOf(0, 0.01, 1.01)).toBe('log');
    expect(scaleOf(-1, 0.01, 500)).toBe('linear');
    expect(scaleOf(0, 0)).toBe('linear');
    expect(scaleOf(0.5, Infinity)).toBeUndefined();
  });

  it('marks where values stop being finite, and shades for how long', () => {
    const spec = chart([curve('loss', 'Loss', 1, NaN, NaN, Infinity, 0.5, -Infinity, 0.4, NaN)]);
    expect(spec?.panels[0]).toMatchObject({
      series: [{ value: 'NaN' }],
      marks: [
        { kind: 'fault', x: 20, label: 'NaN' },
        { kind: 'fault', x: 60, label: '-∞' },
        { kind: 'fault', x: 80, label: 'NaN' },
      ],
      bands: [{ from: 20, to: 40 }],
    });
  });

  it('tells the same stretch of two curves once', () => {
    const spec = chart([curve('loss', 'Loss', 1, 2, NaN, NaN), curve('eval_loss', 'Eval loss', 1, 2, NaN)]);
    expect(spec?.panels[0]?.marks).toEqual([{ kind: 'fault', x: 30, label: 'NaN' }]);
    expect(spec?.panels[0]?.bands).toEqual([{ from: 30, to: 40 }]);
  });

  it('shows the measure to watch first, of a method without a loss as well', () => {
    const spec = chart(
      [curve('kl', 'KL', 1, 2), curve('reward', 'Reward', -1, 2), curve('reward_std', 'Std', 1, 2)],
      [
        { key: 'kl', label: 'KL', better: 'lower' },
        { key: 'reward', label: 'Reward', better: 'higher', main: true },
        { key: 'reward_std', label: 'Std', better: 'none' },
      ],
    );
    expect(spec?.panels.map((panel) => [panel.left.label, panel.right?.label])).toEqual([['Reward', 'KL']]);
  });

  it('is nothing while no curve has two finite points', () => {
    expect(chart([])).toBeUndefined();
    expect(chart([curve('loss', 'Loss', 1), curve('kl', 'KL', 1, NaN)])).toBeUndefined();
    expect(chart([curve('learning_rate', 'LR', 1, 2, 3)])).toBeUndefined();
  });
});
