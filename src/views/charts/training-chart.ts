import type { ChartAxis, ChartPanel, ChartSeries, ChartSpec, Curve } from '../../domain/chart.js';
import type { JobSnapshot } from '../../domain/snapshot.js';
import type { TrainPlan } from '../../domain/train-plan.js';
import { cleanLine } from '../text.js';
import { faultsOf, finiteValues, isDrawable, lastValue, scaleFor } from './curve-shape.js';

/** Discord shows a picture 400 px wide on most phones: twice that stays sharp. */
const widthPx = 800;
const onePanelPx = 450;
const twoPanelsPx = 640;

const lossColour = 0;
const evalColour = 1;
const measureColours = [2, 3] as const;

/** The picture of a training: loss above, what the method measures besides below. Undefined while there is no line to draw. */
export function trainingChart(snapshot: JobSnapshot): ChartSpec | undefined {
  const { job, curves } = snapshot;
  if (job.plan.kind !== 'train') return undefined;
  const panels = [lossPanel(curves), measuresPanel(curves, job.plan)].filter((panel) => panel !== undefined);
  if (panels.length === 0) return undefined;
  return {
    widthPx,
    heightPx: panels.length === 1 ? onePanelPx : twoPanelsPx,
    title: `Job ${job.id} · ${cleanLine(job.plan.methodLabel)}`,
    x: { label: 'step', scale: 'linear' },
    panels,
  };
}

/** Loss and eval loss; undefined while there is no line to draw. */
export function lossPanel(curves: readonly Curve[]): ChartPanel | undefined {
  const loss = curves.find(({ key }) => key === 'loss');
  const evaluation = curves.find(({ key }) => key === 'eval_loss');
  const drawn = [loss, evaluation].filter((curve) => curve !== undefined);
  if (!drawn.some(isDrawable)) return undefined;
  const series: ChartSeries[] = [];
  if (loss) series.push(seriesOf(loss, lossColour, 'left'));
  if (evaluation) series.push({ ...seriesOf(evaluation, evalColour, 'left'), dashed: true });
  return { left: axisOf((loss ?? evaluation)?.label ?? 'Loss', drawn), series, ...faultsOf(drawn) };
}

/** The method's other measures, the one to watch first. */
export function measuresPanel(
  curves: readonly Curve[],
  { columns }: Pick<TrainPlan, 'columns'>,
): ChartPanel | undefined {
  const keys = columns
    .filter(({ chart, better }) => chart ?? better !== 'none')
    .filter(({ key }) => key !== 'loss' && key !== 'eval_loss')
    .sort((a, b) => Number(b.main ?? false) - Number(a.main ?? false))
    .map(({ key }) => key);
  const drawn = keys
    .flatMap((key) => curves.filter((curve) => curve.key === key && isDrawable(curve)))
    .slice(0, measureColours.length);
  const [first, second] = drawn;
  if (!first) return undefined;
  const series = [seriesOf(first, measureColours[0], 'left')];
  if (second) series.push(seriesOf(second, measureColours[1], 'right'));
  return {
    left: axisOf(first.label, [first]),
    ...(second && { right: axisOf(second.label, [second]) }),
    series,
    ...faultsOf(drawn),
  };
}

function axisOf(label: string, curves: readonly Curve[]): ChartAxis {
  return { label: cleanLine(label), scale: scaleFor(curves) };
}

function seriesOf(curve: Curve, colour: number, axis: 'left' | 'right'): ChartSeries {
  const value = finiteValues(curve.points).length > 0 ? { value: lastValue(curve) } : {};
  return { label: cleanLine(curve.label), ...value, colour, axis, points: curve.points };
}
