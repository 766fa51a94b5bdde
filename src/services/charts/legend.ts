import type { SKRSContext2D } from '@napi-rs/canvas';
import type { ChartPanel, ChartSeries } from '../../domain/chart.js';
import { boldFont, colours, drawnText, fitText, plainFont, seriesColour } from './chart-theme.js';

export const legendRowPx = 34;
const swatchPx = 34;
const gapPx = 30;
const spacePx = 8;

interface Entry {
  readonly series: ChartSeries;
  readonly label: string;
  readonly x: number;
  readonly row: number;
  readonly valueX: number;
}

/** Where the names of a panel's series stand: in rows from the left, each with its last value. */
export function placeLegend(context: SKRSContext2D, { series }: ChartPanel, widthPx: number): Entry[] {
  const entries: Entry[] = [];
  let x = 0;
  let row = 0;
  for (const one of series) {
    context.font = boldFont;
    const valuePx = one.value === undefined ? 0 : context.measureText(one.value).width + spacePx;
    context.font = plainFont;
    const label = fitText(context, drawnText(one.label), widthPx - swatchPx - spacePx - valuePx);
    const labelPx = swatchPx + spacePx + context.measureText(label).width;
    if (x > 0 && x + labelPx + valuePx > widthPx) {
      x = 0;
      row += 1;
    }
    entries.push({ series: one, label, x, row, valueX: x + labelPx + spacePx });
    x += labelPx + valuePx + gapPx;
  }
  return entries;
}

/** The height of a panel's legend in px. */
export function legendHeight(entries: readonly Entry[]): number {
  return ((entries.at(-1)?.row ?? 0) + 1) * legendRowPx + 12;
}

export function drawLegend(
  context: SKRSContext2D,
  entries: readonly Entry[],
  left: number,
  top: number,
): void {
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  for (const { series, label, x, row, valueX } of entries) {
    const baseline = top + row * legendRowPx + 25;
    context.save();
    context.strokeStyle = seriesColour(series.colour);
    context.lineWidth = 5;
    if (series.dashed) context.setLineDash([9, 6]);
    context.beginPath();
    context.moveTo(left + x, baseline - 8);
    context.lineTo(left + x + swatchPx, baseline - 8);
    context.stroke();
    context.restore();
    context.font = plainFont;
    context.fillStyle = colours.text;
    context.fillText(label, left + x + swatchPx + spacePx, baseline);
    context.font = boldFont;
    context.fillStyle = seriesColour(series.colour);
    if (series.value !== undefined) context.fillText(series.value, left + valueX, baseline);
  }
}
