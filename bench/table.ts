/** One measured thing beside what it must reach. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it is compared with, measured in the same run. */
  readonly beside?: string;
  readonly must: string;
  readonly reached: boolean;
}

/** A Markdown table of the rows. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [
    ['what', 'measured', 'beside', 'must', ''],
    ['---', '---', '---', '---', '---'],
    ...rows.map(({ what, measured, beside = '', must, reached }) => [
      what,
      measured,
      beside,
      must,
      reached ? 'ok' : 'MISSED',
    ]),
  ];
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value below which this share of the values lies (nearest rank). NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
