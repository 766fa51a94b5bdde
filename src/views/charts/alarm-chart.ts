import type { ChartLevel, ChartMark, ChartPanel, ChartSpec, Curve } from '../../domain/chart.js';
import type { Episode } from '../../domain/sentinel/episode.js';
import type { RuleName } from '../../domain/sentinel/rule-names.js';
import type { Thresholds } from '../../domain/sentinel/thresholds.js';
import type { JobSnapshot } from '../../domain/snapshot.js';
import { isDrawable, lastValue, scaleFor } from './curve-shape.js';

/** Half the height of a training's picture, as sharp: it stands below few lines of text. */
const widthPx = 800;
const heightPx = 320;
/** Points before and after the begin of the episode. */
const around = 25;

/** The limit that a rule of one figure draws. */
const limitOf: Readonly<Partial<Record<RuleName, keyof Thresholds>>> = {
  'loss-high': 'lossHigh',
  'gradient-high': 'gradientHigh',
  'gradient-exploding': 'gradientExploding',
  'kl-high': 'klHigh',
  'margin-low': 'marginLow',
  'margin-high': 'marginHigh',
};

/**
 * The figures that an alarm speaks of, around its begin, with the limit and the last healthy checkpoint; the loss where
 * the figures have no curve. Undefined while there is no line to draw.
 */
export function alarmChart(
  { job, curves }: JobSnapshot,
  episode: Episode,
  thresholds: Thresholds,
): ChartSpec | undefined {
  const own = curves.filter(({ key }) => episode.figures[key] !== undefined).map(cut);
  const drawn = own.some(isDrawable) ? own : curves.filter(({ key }) => key === 'loss').map(cut);
  if (!drawn.some(isDrawable)) return undefined;
  return {
    widthPx,
    heightPx,
    title: `Job ${job.id} · ${episode.sentence}`,
    x: { label: 'step', scale: 'linear' },
    panels: [panelOf(drawn, episode, drawn === own ? levelsOf(episode, thresholds) : [])],
  };

  function cut(curve: Curve): Curve {
    const since = episode.sinceStep ?? episode.step ?? Infinity;
    const found = curve.points.findIndex(([step]) => step >= since);
    const begin = found === -1 ? curve.points.length : found;
    return { ...curve, points: curve.points.slice(Math.max(0, begin - around), begin + around) };
  }
}

function panelOf(drawn: readonly Curve[], episode: Episode, levels: readonly ChartLevel[]): ChartPanel {
  const from = episode.sinceStep ?? episode.step;
  const last = Math.max(...drawn.map(({ points }) => points.at(-1)?.[0] ?? 0));
  const to = Math.min(episode.end?.step ?? last, last);
  return {
    left: { label: drawn.map(({ label }) => label).join(', '), scale: scaleFor(drawn) },
    series: drawn.map((curve, index) => ({
      label: curve.label,
      value: lastValue(curve),
      colour: index,
      axis: 'left',
      points: curve.points,
    })),
    marks: marksOf(episode, drawn),
    levels,
    ...(from !== undefined && to > from && { bands: [{ from, to }] }),
  };
}

/** A checkpoint left of what is drawn would only squeeze the curve. */
function marksOf({ sinceStep, step = sinceStep, checkpoint }: Episode, drawn: readonly Curve[]): ChartMark[] {
  const at = sinceStep ?? step;
  const first = Math.min(...drawn.map(({ points }) => points[0]?.[0] ?? Infinity));
  return [
    ...(at === undefined ? [] : [{ kind: 'fault' as const, x: at, label: `step ${at}` }]),
    ...(checkpoint === undefined || checkpoint.step < first
      ? []
      : [{ kind: 'recommended' as const, x: checkpoint.step, label: `checkpoint ${checkpoint.step}` }]),
  ];
}

function levelsOf({ rule }: Episode, thresholds: Thresholds): readonly ChartLevel[] {
  const key = limitOf[rule];
  return key === undefined ? [] : [{ y: thresholds[key], label: `limit ${thresholds[key]}` }];
}
