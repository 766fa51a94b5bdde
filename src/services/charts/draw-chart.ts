import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { Chart, LineController, LineElement, LinearScale, LogarithmicScale, PointElement } from 'chart.js';
import type { Plugin } from 'chart.js';
import type { ChartSeries, ChartSpec } from '../../domain/chart.js';
import { downsampleLttb } from '../../domain/lttb.js';
import { boldFont, colours, drawnText, fitText } from './chart-theme.js';
import { drawLegend, legendHeight, placeLegend } from './legend.js';
import { panelConfig, type PanelLayout } from './panel-config.js';
import { xRange } from './panel-data.js';
import { marksPlugin } from './panel-marks.js';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale);

/** Discord refuses nothing here, but memory is 4 bytes a pixel. */
const maxSidePx = 4096;
const marginPx = 16;
const titlePx = 46;
/** Labels and title of the x axis. */
const xAxisPx = 72;

/** A chart as a PNG. Throws on a spec that has no panel, no point or an absurd size. */
export function drawChart(spec: ChartSpec): Buffer {
  const { widthPx, heightPx } = spec;
  if (!(Math.max(widthPx, heightPx) <= maxSidePx && Math.min(widthPx, heightPx) >= 100)) {
    throw new RangeError(`A chart of ${widthPx} × ${heightPx} px is not drawn`);
  }
  if (spec.panels.length === 0) throw new RangeError('A chart needs a panel');
  const canvas = createCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d');
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, widthPx, heightPx);
  drawTitle(context, spec);
  drawPanels(context, thinned(spec));
  return canvas.toBuffer('image/png');
}

/** No more points than the width can show, one for two px: everything after this costs by their number. */
function thinned(spec: ChartSpec): ChartSpec {
  const most = Math.floor(spec.widthPx / 2);
  const thin = (series: ChartSeries) => ({ ...series, points: downsampleLttb(series.points, most) });
  return { ...spec, panels: spec.panels.map((panel) => ({ ...panel, series: panel.series.map(thin) })) };
}

function drawTitle(context: SKRSContext2D, { title, widthPx }: ChartSpec): void {
  context.font = boldFont;
  context.fillStyle = colours.text;
  context.fillText(fitText(context, drawnText(title), widthPx - 2 * marginPx), marginPx, titlePx - 12);
}

function drawPanels(context: SKRSContext2D, spec: ChartSpec): void {
  const alone = spec.panels.length === 1;
  const sides = alone ? {} : measureSides(spec);
  const heights = panelHeights(spec);
  let top = titlePx;
  spec.panels.forEach((panel, index) => {
    const heightPx = heights[index] ?? 0;
    const legend = placeLegend(context, panel, spec.widthPx - 2 * marginPx);
    const { canvas, chart } = openPanel(spec, index, heightPx, sides);
    context.drawImage(canvas, 0, top);
    drawLegend(context, legend, marginPx, top);
    chart.destroy();
    top += heightPx;
  });
}

/** The last panel carries the x axis: it is higher by that, so that all plots are of one height. */
function panelHeights({ panels, heightPx }: ChartSpec): number[] {
  const each = Math.floor((heightPx - titlePx - xAxisPx) / panels.length);
  return panels.map((_, index) => (index === panels.length - 1 ? each + xAxisPx : each));
}

/** Lays a panel out without drawing it, which is most of its cost. */
const onlyMeasured: Plugin<'line'> = { id: 'only-measured', beforeDraw: () => false };

type Sides = Pick<PanelLayout, 'leftPx' | 'rightPx'>;

/** The widest axes of all panels, which only chart.js knows: it is asked once before all are drawn alike. */
function measureSides(spec: ChartSpec): Sides {
  const heights = panelHeights(spec);
  let leftPx = 0;
  let rightPx = 0;
  spec.panels.forEach((_, index) => {
    const { chart } = openPanel(spec, index, heights[index] ?? 0, {}, onlyMeasured);
    leftPx = Math.max(leftPx, chart.scales['left']?.width ?? 0);
    rightPx = Math.max(rightPx, chart.scales['right']?.width ?? 0);
    chart.destroy();
  });
  return { leftPx, ...(rightPx > 0 && { rightPx }) };
}

function openPanel(spec: ChartSpec, index: number, heightPx: number, sides: Sides, plugin?: Plugin<'line'>) {
  const panel = spec.panels[index];
  if (!panel) throw new RangeError(`No panel ${index}`);
  const canvas = createCanvas(spec.widthPx, heightPx);
  const context = canvas.getContext('2d');
  const legend = placeLegend(context, panel, spec.widthPx - 2 * marginPx);
  const layout: PanelLayout = {
    legendPx: legendHeight(legend),
    ...(index === spec.panels.length - 1 && { x: spec.x }),
    xRange: xRange(spec),
    ...sides,
  };
  const chart = new Chart(context, panelConfig(panel, layout, plugin ?? marksPlugin(panel, context)));
  return { canvas, chart };
}
