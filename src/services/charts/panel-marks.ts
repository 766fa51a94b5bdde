import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Chart, Plugin } from 'chart.js';
import type { ChartMark, ChartPanel } from '../../domain/chart.js';
import { boldFont, colours, fontPx } from './chart-theme.js';

/** Half the width of a checkpoint's triangle. */
const tickPx = 9;
const markColours = {
  checkpoint: colours.text,
  recommended: colours.recommended,
  fault: colours.fault,
} as const;

/** Draws what chart.js does not know: shaded stretches, levels, marks. */
export function marksPlugin(panel: ChartPanel, context: SKRSContext2D): Plugin<'line'> {
  return {
    id: 'marks',
    beforeDatasetsDraw: (chart) => {
      for (const { from, to } of panel.bands ?? []) drawBand(chart, context, from, to);
    },
    afterDatasetsDraw: (chart) => {
      for (const { y, label } of panel.levels ?? []) drawLevel(chart, context, y, label);
      drawMarks(chart, context, panel.marks ?? []);
    },
  };
}

function drawBand({ chartArea, scales }: Chart, context: SKRSContext2D, from: number, to: number): void {
  const left = scales['x']?.getPixelForValue(from) ?? 0;
  const right = scales['x']?.getPixelForValue(to) ?? 0;
  context.fillStyle = `${colours.fault}33`;
  context.fillRect(left, chartArea.top, Math.max(2, right - left), chartArea.bottom - chartArea.top);
}

function drawLevel({ chartArea, scales }: Chart, context: SKRSContext2D, y: number, label: string): void {
  const at = scales['left']?.getPixelForValue(y) ?? 0;
  if (at < chartArea.top || at > chartArea.bottom) return;
  drawLine(context, [chartArea.left, at], [chartArea.right, at], colours.fault);
  const below = at - chartArea.top < fontPx + 10;
  drawLabel(context, label, chartArea.left + 8, below ? at + fontPx + 4 : at - 8, colours.fault);
}

function drawMarks(chart: Chart, context: SKRSContext2D, marks: readonly ChartMark[]): void {
  const { chartArea, scales } = chart;
  let free = chartArea.left;
  for (const { kind, x, label } of [...marks].sort((a, b) => a.x - b.x)) {
    const at = scales['x']?.getPixelForValue(x) ?? 0;
    if (at < chartArea.left - 1 || at > chartArea.right + 1) continue;
    if (kind === 'checkpoint') {
      drawTriangle(context, at, chartArea.bottom);
      continue;
    }
    drawLine(context, [at, chartArea.top], [at, chartArea.bottom], markColours[kind]);
    context.font = boldFont;
    const width = label === undefined ? 0 : context.measureText(label).width;
    // Beside the line, on its other side at the right edge; where another label stands it is left out.
    const left = at + 8 + width > chartArea.right ? at - 8 - width : at + 8;
    if (label === undefined || left < free) continue;
    drawLabel(context, label, left, labelBaseline(chart, left, left + width), markColours[kind]);
    free = left + width + 8;
  }
}

/** At the top, unless a curve runs there and none at the bottom: a label hides what is behind it. */
function labelBaseline(chart: Chart, left: number, right: number): number {
  const { top, bottom } = chart.chartArea;
  const height = fontPx + 10;
  const hides = (from: number): boolean =>
    isCrossed(chart, { left, right, top: from, bottom: from + height });
  // Above the triangles of checkpoints.
  const low = bottom - 2 * tickPx - height;
  return hides(top) && !hides(low) ? low + fontPx + 2 : top + fontPx + 2;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Whether a curve runs through the box, its points joined by straight lines. */
function isCrossed(chart: Chart, box: Box): boolean {
  return chart.getSortedVisibleDatasetMetas().some(({ data }) =>
    data.some((point, index) => {
      const next = data[index + 1] ?? point;
      if (next.x < box.left || point.x > box.right) return false;
      const heightAt = (x: number): number =>
        next.x === point.x ? point.y : point.y + ((next.y - point.y) * (x - point.x)) / (next.x - point.x);
      const ends = [heightAt(Math.max(point.x, box.left)), heightAt(Math.min(next.x, box.right))];
      return Math.min(...ends) <= box.bottom && Math.max(...ends) >= box.top;
    }),
  );
}

function drawTriangle(context: SKRSContext2D, x: number, bottom: number): void {
  context.fillStyle = markColours.checkpoint;
  context.beginPath();
  context.moveTo(x - tickPx, bottom);
  context.lineTo(x + tickPx, bottom);
  context.lineTo(x, bottom - 1.6 * tickPx);
  context.fill();
}

type Place = readonly [x: number, y: number];

function drawLine(context: SKRSContext2D, from: Place, to: Place, colour: string): void {
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.setLineDash([4, 6]);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.restore();
}

/** Letters with a rim of the ground, so that a curve behind them does not make them unreadable. */
function drawLabel(context: SKRSContext2D, label: string, x: number, y: number, colour: string): void {
  context.save();
  context.font = boldFont;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.strokeStyle = colours.ground;
  context.lineWidth = 8;
  context.lineJoin = 'round';
  context.strokeText(label, x, y);
  context.fillStyle = colour;
  context.fillText(label, x, y);
  context.restore();
}
