import type { ChartConfiguration, Plugin, Scale, ScaleOptionsByType } from 'chart.js';
import type { ChartAxis, ChartPanel } from '../../domain/chart.js';
import { colours, font, seriesColour } from './chart-theme.js';
import { formatTick } from './format-tick.js';
import { dotRadii, plotPoints, yRange, type PlotPoint, type Range } from './panel-data.js';

export interface PanelLayout {
  readonly legendPx: number;
  /** The last panel alone carries the labels of the x axis. */
  readonly x?: ChartAxis;
  readonly xRange: Range;
  /** Given to each panel alike, so that steps stand below one another. */
  readonly leftPx?: number;
  readonly rightPx?: number;
}

/** Room for half a label of the x axis where no axis stands on the right. */
const marginPx = 32;
const edgePx = 4;
const maxTicks = 5;

export type PanelConfig = ChartConfiguration<'line', PlotPoint[]>;

/** What chart.js draws of a panel: axes and lines. */
export function panelConfig(panel: ChartPanel, layout: PanelLayout, plugin: Plugin<'line'>): PanelConfig {
  const ranges = { left: yRange(panel, 'left', panel.left), right: rightRange(panel) };
  const paddingRight = panel.right ? edgePx : Math.max(marginPx, (layout.rightPx ?? 0) + edgePx);
  return {
    type: 'line',
    data: {
      datasets: panel.series.map((series) => {
        const axis = series.axis === 'right' ? (panel.right ?? panel.left) : panel.left;
        const points = plotPoints(series, axis, ranges[series.axis]);
        const colour = seriesColour(series.colour);
        return {
          data: points,
          yAxisID: series.axis,
          borderColor: colour,
          backgroundColor: colour,
          borderWidth: 3.5,
          borderJoinStyle: 'round' as const,
          borderDash: series.dashed ? [12, 8] : [],
          pointRadius: dotRadii(points),
          pointBorderWidth: 0,
          // Half a dot more than the plot, for those on its edge.
          clip: 6,
        };
      }),
    },
    options: {
      responsive: false,
      animation: false,
      parsing: false,
      devicePixelRatio: 1,
      events: [],
      layout: { padding: { top: layout.legendPx, left: edgePx, right: paddingRight, bottom: edgePx } },
      scales: {
        x: xScale(layout),
        left: yScale(panel, 'left', panel.left, ranges.left, layout.leftPx),
        ...(panel.right && {
          right: yScale(panel, 'right', panel.right, ranges.right, layout.rightPx),
        }),
      },
    },
    plugins: [plugin],
  };
}

function rightRange(panel: ChartPanel): Range {
  return panel.right ? yRange(panel, 'right', panel.right) : { min: 0, max: 1 };
}

type Options = NonNullable<NonNullable<PanelConfig['options']>['scales']>[string];

function xScale({ x, xRange }: PanelLayout): Options {
  return {
    type: 'linear',
    ...xRange,
    border: { color: colours.grid },
    grid: { color: colours.grid, tickLength: x ? 6 : 0 },
    title: { display: x !== undefined, text: x ? titleOf(x) : '', font, color: colours.quiet, padding: 0 },
    ticks: {
      display: x !== undefined,
      font,
      color: colours.quiet,
      maxRotation: 0,
      maxTicksLimit: 6,
      includeBounds: false,
      precision: 0,
      callback: labelTick,
    },
  };
}

function yScale(
  panel: ChartPanel,
  side: 'left' | 'right',
  axis: ChartAxis,
  range: Range,
  fixedPx: number | undefined,
): Options {
  const own = panel.series.find((series) => series.axis === side);
  // With two axes their colour says which line belongs to which.
  const color = panel.right && own ? seriesColour(own.colour) : colours.quiet;
  const common = {
    position: side,
    border: { color: colours.grid },
    grid: { color: colours.grid, drawOnChartArea: side === 'left', tickLength: 4 },
    title: { display: true, text: titleOf(axis), font, color, padding: { top: 0, bottom: 0 } },
    ticks: { font, color, padding: 4, maxTicksLimit: maxTicks, includeBounds: false, callback: labelTick },
    afterFit: (scale: Scale) => {
      scale.width = fixedPx ?? scale.width;
    },
  };
  if (axis.scale === 'log') return { type: 'logarithmic', ...common, ...range, afterBuildTicks: keepDecades };
  return {
    type: 'linear',
    ...common,
    ...(axis.min === undefined ? { suggestedMin: range.min } : { min: axis.min }),
    ...(axis.max === undefined ? { suggestedMax: range.max } : { max: axis.max }),
  };
}

function titleOf({ label, unit, scale }: ChartAxis): string {
  const name = unit === undefined ? label : `${label} (${unit})`;
  return scale === 'log' ? `${name}, log` : name;
}

type TickCallback = ScaleOptionsByType<'linear'>['ticks']['callback'];

const labelTick: TickCallback = function (this: Scale, value, _index, ticks) {
  const number = Number(value);
  if (this.type === 'logarithmic') return formatTick(number, number, number);
  const spacing = Math.abs((ticks[1]?.value ?? number) - (ticks[0]?.value ?? 0));
  return formatTick(number, spacing, Math.max(...ticks.map((tick) => Math.abs(tick.value))));
};

/** A log axis is labelled at powers of ten, every n-th where there are many. */
function keepDecades(scale: Scale): void {
  const from = Math.ceil(Math.log10(scale.min));
  const to = Math.floor(Math.log10(scale.max));
  const every = Math.ceil((to - from + 1) / maxTicks);
  scale.ticks = [];
  for (let power = from; power <= to; power += every) scale.ticks.push({ value: Number(`1e${power}`) });
}
