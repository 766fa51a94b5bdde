/** One metric over the steps of a run. Values may be NaN or infinite. */
export interface Curve {
  /** Key in the log, e.g. `rewards/margins`. */
  readonly key: string;
  readonly label: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

/** A picture as data: panels below one another over one x axis. */
export interface ChartSpec {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly title: string;
  readonly x: ChartAxis;
  readonly panels: readonly ChartPanel[];
}

export interface ChartAxis {
  readonly label: string;
  readonly unit?: string;
  /** On a log axis values of 0 and below lie on its lower edge. */
  readonly scale: 'linear' | 'log';
  /** Absent: from what is drawn. */
  readonly min?: number;
  readonly max?: number;
}

export interface ChartPanel {
  readonly left: ChartAxis;
  readonly right?: ChartAxis;
  readonly series: readonly ChartSeries[];
  readonly marks?: readonly ChartMark[];
  readonly levels?: readonly ChartLevel[];
  readonly bands?: readonly ChartBand[];
}

export interface ChartSeries {
  readonly label: string;
  /** What the legend says beside the label, usually the last value. */
  readonly value?: string;
  /** Index into the colours of series; the same number is the same colour in every panel. */
  readonly colour: number;
  readonly dashed?: boolean;
  readonly axis: 'left' | 'right';
  /** By ascending x. A value that is not finite is a gap. */
  readonly points: Curve['points'];
}

/** Something at one x: a checkpoint is a tick at the foot, the others a line from foot to top with their label. */
export interface ChartMark {
  readonly kind: 'checkpoint' | 'recommended' | 'fault';
  readonly x: number;
  readonly label?: string;
}

/** A line across the panel, such as the limit of an alarm; in the units of the left axis. */
export interface ChartLevel {
  readonly y: number;
  readonly label: string;
}

/** A stretch of the x axis that is shaded, such as the entries an alarm speaks of. */
export interface ChartBand {
  readonly from: number;
  readonly to: number;
}
