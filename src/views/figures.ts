import { isEnded } from '../domain/job.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import type { MetricColumn } from '../domain/train-plan.js';
import { fitColumns, padEnd, padStart } from './columns.js';
import { formatFigure, shortFigure } from './numbers.js';
import { plain } from './text.js';

/** Up to this share of change a figure counts as steady: one log entry differs more from the next by chance alone. */
const steadyShare = 0.01;

/** Where a figure goes and whether that is good, in a sign and a word: `▲ good`. Empty where nothing is known. */
export function direction(
  better: MetricColumn['better'],
  now: number | undefined,
  earlier: number | undefined,
): string {
  if (now === undefined) return '';
  // A comparison with NaN is false: it must not end up as "steady".
  if (!Number.isFinite(now)) return better === 'none' ? '' : '✖ bad';
  if (earlier === undefined || !Number.isFinite(earlier)) return '';
  const change = now - earlier;
  if (Math.abs(change) <= Math.abs(earlier) * steadyShare) return '▬ steady';
  const sign = change > 0 ? '▲' : '▼';
  if (better === 'none') return sign;
  return `${sign} ${change > 0 === (better === 'higher') ? 'good' : 'bad'}`;
}

/** The column to watch that has a figure; where none is marked as such, the first with a figure. */
export function mainColumn(
  columns: readonly MetricColumn[],
  figures: Readonly<Record<string, number>>,
): MetricColumn | undefined {
  const known = columns.filter((column) => figures[column.key] !== undefined);
  return known.find((column) => column.main === true) ?? known[0];
}

/** Figures of a job and what their direction is measured against. */
export interface ComparedFigures {
  readonly figures: Readonly<Record<string, number>>;
  readonly earlier: Readonly<Record<string, number>>;
  readonly evaluation: Readonly<Record<string, number>>;
  /** Against the start of the run (it is over), not against some entries before. */
  readonly sinceStart: boolean;
}

/** While it runs the last entries tell where it goes; once it is over, the whole run does. */
export function comparedFigures({ job, progress, curves }: JobSnapshot): ComparedFigures {
  const { figures, earlier, evaluation } = progress;
  if (!isEnded(job.state)) return { figures, earlier, evaluation, sinceStart: false };
  const first = curves.flatMap(({ key, points }) => {
    const start = points.find(([, value]) => Number.isFinite(value));
    return start === undefined ? [] : [[key, start[1]] as const];
  });
  return { figures, earlier: Object.fromEntries(first), evaluation, sinceStart: true };
}

/** `Margin 0.412 ▲ good`, at the end `Margin 0.021 → 0.412 ▲ good`; escaped, or undefined while there is no figure. */
export function mainFigure(columns: readonly MetricColumn[], compared: ComparedFigures): string | undefined {
  const column = mainColumn(columns, compared.figures);
  const value = column && compared.figures[column.key];
  if (column === undefined || value === undefined) return undefined;
  const before = compared.earlier[column.key];
  const from = compared.sinceStart && before !== undefined ? `${shortFigure(before)} →` : '';
  const towards = direction(column.better, value, before);
  return [plain(column.label, 40), from, shortFigure(value), towards].filter(Boolean).join(' ');
}

const labelColumns = 12;
const valueColumns = 10;

/** One row a figure: label, value, direction; 34 columns. The main one first. */
export function figureRows(
  columns: readonly MetricColumn[],
  compared: ComparedFigures,
  maxRows = 10,
): string[] {
  const main = mainColumn(columns, compared.figures);
  const known = columns.filter(({ key }) => compared.figures[key] !== undefined);
  const ordered = [...known].sort((a, b) => Number(b === main) - Number(a === main));
  const rows = ordered.map((column) => figureRow(column, compared));
  const evaluated = compared.evaluation['eval_loss'];
  if (evaluated !== undefined) rows.push(row('Eval loss', formatFigure(evaluated), ''));
  return rows.slice(0, maxRows);
}

function figureRow(column: MetricColumn, compared: ComparedFigures): string {
  const value = compared.figures[column.key] ?? Number.NaN;
  return row(
    column.label,
    formatFigure(value),
    direction(column.better, value, compared.earlier[column.key]),
  );
}

function row(label: string, value: string, towards: string): string {
  const head = padEnd(fitColumns(label, labelColumns), labelColumns);
  return `${head} ${padStart(value, valueColumns)} ${towards}`.trimEnd();
}
