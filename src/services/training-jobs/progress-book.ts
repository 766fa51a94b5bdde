import type { Curve } from '../../domain/chart.js';
import { downsampleLttb } from '../../domain/lttb.js';
import type { MetricEntry } from '../../domain/metrics.js';
import type { MetricColumn } from '../../domain/train-plan.js';
import type { StepTime } from './pace.js';

/** The figures of this many entries before are compared with the newest, to tell a direction. */
const trendEntries = 5;
/** Entries whose times are kept for the pace. */
const keptTimes = 40;
/** A curve has at most this many points; it is thinned when it has twice as many. */
const maxPoints = 800;

/** A figure that is not finite, at the last entry. */
export interface NotFinite {
  readonly step: number;
  readonly key: string;
  readonly value: number;
}

/** What is kept of a run's metrics while it runs: little, however long the run. */
export interface ProgressBook {
  add(entry: MetricEntry): void;
  readonly lastStep: number | undefined;
  readonly epoch: number | undefined;
  figures(): Readonly<Record<string, number>>;
  earlier(): Readonly<Record<string, number>>;
  evaluation(): Readonly<Record<string, number>>;
  times(): readonly StepTime[];
  curves(): readonly Curve[];
  readonly firstNonFiniteStep: number | undefined;
  readonly lastNotFinite: NotFinite | undefined;
  /** The closing entry was read: training is over, the model is being saved. */
  readonly closed: boolean;
}

/** An empty book for the metric columns of a method. */
export function createProgressBook(columns: readonly MetricColumn[]): ProgressBook {
  const recent: MetricEntry[] = [];
  const times: StepTime[] = [];
  const points = new Map<string, (readonly [number, number])[]>();
  let evaluation: Readonly<Record<string, number>> = {};
  let lastStep: number | undefined;
  let epoch: number | undefined;
  let firstNonFiniteStep: number | undefined;
  let lastNotFinite: NotFinite | undefined;
  let closed = false;

  function addPoint(key: string, step: number, value: number | undefined): void {
    if (value === undefined) return;
    const list = points.get(key) ?? [];
    // A resumed run repeats steps: the newer entry is right.
    while (list.length > 0 && (list.at(-1)?.[0] ?? 0) >= step) list.pop();
    list.push([step, value]);
    points.set(key, list.length >= 2 * maxPoints ? [...downsampleLttb(list, maxPoints)] : list);
  }

  function addTraining(entry: MetricEntry): void {
    lastStep = entry.step;
    epoch = entry.epoch ?? epoch;
    recent.push(entry);
    if (recent.length > trendEntries + 1) recent.shift();
    if (entry.atMs !== undefined) times.push({ step: entry.step, atMs: entry.atMs });
    if (times.length > keptTimes) times.shift();
    lastNotFinite = findNotFinite(entry);
    if (lastNotFinite) firstNonFiniteStep ??= entry.step;
    for (const { key } of columns) addPoint(key, entry.step, entry.values[key]);
  }

  return {
    add(entry) {
      closed = entry.kind === 'summary';
      if (entry.kind === 'training') addTraining(entry);
      if (entry.kind === 'evaluation') {
        evaluation = entry.values;
        addPoint('eval_loss', entry.step, entry.values['eval_loss']);
      }
    },
    get lastStep() {
      return lastStep;
    },
    get epoch() {
      return epoch;
    },
    figures: () => recent.at(-1)?.values ?? {},
    earlier: () => (recent.length > 1 ? (recent[0]?.values ?? {}) : {}),
    evaluation: () => evaluation,
    times: () => times,
    curves() {
      const labels = new Map<string, string>(columns.map(({ key, label }) => [key, label]));
      labels.set('eval_loss', labels.get('eval_loss') ?? 'Eval loss');
      return [...labels].flatMap(([key, label]) => {
        const list = points.get(key);
        return list ? [{ key, label, points: [...downsampleLttb(list, maxPoints)] }] : [];
      });
    },
    get firstNonFiniteStep() {
      return firstNonFiniteStep;
    },
    get lastNotFinite() {
      return lastNotFinite;
    },
    get closed() {
      return closed;
    },
  };
}

/**
 * The figure that shows that the weights are broken: a loss that is not finite, or a loss of exactly 0 with a gradient
 * norm that is not finite, which is how half precision breaks in practice.
 */
function findNotFinite({ step, values }: MetricEntry): NotFinite | undefined {
  const { loss, grad_norm: gradNorm } = values;
  if (loss !== undefined && !Number.isFinite(loss)) return { step, key: 'loss', value: loss };
  if (loss === 0 && gradNorm !== undefined && !Number.isFinite(gradNorm)) {
    return { step, key: 'grad_norm', value: gradNorm };
  }
  return undefined;
}
