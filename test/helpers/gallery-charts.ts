import type { ChartSpec, Curve } from '../../src/domain/chart.js';
import { noProgress } from '../../src/domain/progress.js';
import { defaultThresholds } from '../../src/domain/sentinel/thresholds.js';
import { alarmChart } from '../../src/views/charts/alarm-chart.js';
import { gpuChart } from '../../src/views/charts/gpu-chart.js';
import { runChart } from '../../src/views/charts/run-chart.js';
import { trainingChart } from '../../src/views/charts/training-chart.js';
import { compareChart } from '../../src/views/compare-message.js';
import { noon, running, samplePlan, sampleSnapshot } from '../unit/views/samples.js';

/** A curve that a training could have made: a smooth course with the same noise every time. */
function curve(key: string, label: string, lastStep: number, valueAt: (step: number) => number): Curve {
  const count = Math.floor(lastStep / 2);
  const points = Array.from({ length: count }, (_, index) => {
    const step = (index + 1) * 2;
    const noise = 1 + 0.06 * Math.sin(step * 12.9898) * Math.cos(step * 4.1414);
    return [step, valueAt(step) * noise] as const;
  });
  return { key, label, points };
}

function ktoCurves(lastStep: number, pace = 1): readonly Curve[] {
  return [
    curve('loss', 'Loss', lastStep, (step) => 0.29 + 0.4 * Math.exp((-step * pace) / 90)),
    curve('rewards/margins', 'Margin', lastStep, (step) => 1.4 * (1 - Math.exp((-step * pace) / 110))),
    curve('kl', 'KL', lastStep, (step) => 0.002 + ((step * pace) / 160) ** 2 * 0.9),
  ];
}

/** From step 60 on nothing is finite. */
function broken(curves: readonly Curve[]): readonly Curve[] {
  return curves.map((one) => ({
    ...one,
    points: one.points.map(([step, value]) => [step, step < 60 ? value : Number.NaN] as const),
  }));
}

function ofTraining(message: string): ChartSpec | undefined {
  const over = /finished|succeeded/.test(message);
  const curves = ktoCurves(over ? 146 : 64);
  const shown = /nan/.test(message) ? broken(curves) : curves;
  return trainingChart(sampleSnapshot(running, { progress: noProgress, curves: shown }));
}

function ofAlarm(): ChartSpec | undefined {
  const kl = curve('kl', 'KL', 64, (step) => (step < 56 ? 0.03 + step / 900 : 1.23));
  return alarmChart(
    sampleSnapshot(running, { curves: [kl] }),
    {
      id: 7,
      jobId: 12,
      attempt: 1,
      level: 'alarm',
      rule: 'kl-high',
      number: 1,
      step: 60,
      sinceStep: 58,
      healthyStep: 54,
      atMs: noon,
      figures: { kl: 1.234567 },
      sentence: 'KL is 1.235, over 1: it has diverged',
      checkpoint: { step: 50, path: '/x' },
    },
    defaultThresholds,
  );
}

function ofRun(): ChartSpec | undefined {
  const figures = (step: number) => ({ step, approximate: false });
  const checkpoints = [50, 100, 150].map((step) => ({
    name: `checkpoint-${step}`,
    step,
    figures: figures(step),
  }));
  return runChart({
    id: 'a'.repeat(16),
    name: '20251122_143000',
    platform: 'rtx',
    method: 'kto',
    methodLabel: 'Preference learning (KTO)',
    columns: samplePlan().columns,
    modifiedMs: noon,
    status: 'finished',
    hasFinalModel: true,
    checkpoints,
    recommended: { step: 100, why: '' },
    curves: ktoCurves(160),
    lastStep: 160,
    unreadableLines: 0,
    resumable: true,
  });
}

function ofComparison(): ChartSpec | undefined {
  const subject = (name: string, pace: number) => ({
    name,
    methodLabel: 'Preference learning (KTO)',
    columns: samplePlan().columns,
    figures: {},
    curves: ktoCurves(140, pace),
    settings: new Map<string, string | number>(),
  });
  return compareChart([subject('20251122_143000', 1), subject('20251123_090000', 0.7)]);
}

function ofGpu(): ChartSpec | undefined {
  const card = { index: 0, name: 'NVIDIA GeForce RTX 3090', totalMiB: 24_576, powerLimitWatts: 350 };
  const history = Array.from({ length: 60 }, (_, minute) => {
    const works = minute > 14;
    const wave = 3 * Math.sin(minute * 1.7);
    return {
      at: noon - (59 - minute) * 60_000,
      usePercent: works ? 94 + wave : 2,
      usedMiB: works ? 20_500 : 600,
      temperatureCelsius: works ? 71 - 30 * Math.exp((14 - minute) / 6) + wave / 3 : 40,
    };
  });
  return gpuChart({
    state: { name: 'read' },
    cards: [{ card, programs: [], jobIds: [12], history }],
    at: noon,
  });
}

/** A picture of the kind that goes under this file name; the golden tests put a few letters there. */
export function chartFor(filename: string, message: string): ChartSpec | undefined {
  if (filename === 'chart.png') return ofTraining(message);
  if (filename === 'alarm.png') return ofAlarm();
  if (filename === 'gpu.png') return ofGpu();
  if (filename === 'run.png') return ofRun();
  return filename === 'compare.png' ? ofComparison() : undefined;
}
