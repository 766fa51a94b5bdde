import type { ChartMark, ChartSpec } from '../../domain/chart.js';
import type { RunCheckpoints } from '../../domain/run-checkpoints.js';
import { cleanLine, truncate } from '../text.js';
import { lossPanel, measuresPanel } from './training-chart.js';

/** As wide as the chart of a job: twice what most phones show. */
const widthPx = 800;
const onePanelPx = 450;
const twoPanelsPx = 640;
/** Ticks beyond this number run into one another. */
const maxTicks = 100;

/** The curves of a run with its checkpoints at the foot and the recommended one as a line. Undefined: nothing to draw. */
export function runChart(shown: RunCheckpoints): ChartSpec | undefined {
  const panels = [lossPanel(shown.curves), measuresPanel(shown.curves, shown)].filter(
    (panel) => panel !== undefined,
  );
  if (panels.length === 0) return undefined;
  return {
    widthPx,
    heightPx: panels.length === 1 ? onePanelPx : twoPanelsPx,
    title: truncate(cleanLine(`${shown.name} · ${shown.methodLabel}`), 60),
    x: { label: 'step', scale: 'linear' },
    panels: panels.map((panel, index) => ({
      ...panel,
      marks: [...(panel.marks ?? []), ...checkpointMarks(shown, index === 0)],
    })),
  };
}

function checkpointMarks({ checkpoints, recommended }: RunCheckpoints, labelled: boolean): ChartMark[] {
  const ticks = checkpoints
    .filter(({ step }) => step !== recommended?.step)
    .slice(-maxTicks)
    .map(({ step }): ChartMark => ({ kind: 'checkpoint', x: step }));
  if (!recommended) return ticks;
  const label = labelled ? { label: `step ${recommended.step}` } : {};
  return [...ticks, { kind: 'recommended', x: recommended.step, ...label }];
}
