import type { MetricEntry } from '../domain/metrics.js';
import type { RunCheckpoints } from '../domain/run-checkpoints.js';
import { scoreOf } from '../domain/scores.js';
import { columnsOf, fitColumns, padEnd, padStart, phoneColumns } from './columns.js';

/** Rows that are shown; of more the newest, and always the final model and the recommended one. */
const maxRows = 40;

interface Line {
  readonly mark: '★' | '✗' | ' ';
  readonly step: string;
  readonly values: Readonly<Record<string, number>>;
}

interface Column {
  readonly label: string;
  /** The first to go where the table is too wide: neither good nor bad, nor drawn. */
  readonly minor?: boolean;
  valueOf(values: Line['values']): number | undefined;
}

/**
 * The checkpoints as rows of at most 34 columns: the final model, then by step. `★` recommended, `✗` incomplete, `≈` after the
 * step: figures of the entry before it. Figures lose digits, and columns go, where they would not fit.
 */
export function checkpointTable(shown: RunCheckpoints): { readonly rows: string[]; readonly left: number } {
  const { lines, left } = linesOf(shown);
  if (lines.length === 0) return { rows: [], left };
  let columns = columnsFor(shown, lines);
  for (;;) {
    for (const digits of [3, 2]) {
      const rows = layOut(columns, lines, digits);
      if (rows.every((row) => columnsOf(row) <= phoneColumns) || columns.length <= 1) {
        return { rows: rows.map((row) => fitColumns(row, phoneColumns)), left };
      }
    }
    columns = columns.toSpliced(leastOf(columns), 1);
  }
}

function linesOf(shown: RunCheckpoints): { lines: Line[]; left: number } {
  const { checkpoints, finalModel, recommended } = shown;
  const kept = checkpoints.filter(
    ({ step }, index) => index >= checkpoints.length - maxRows || step === recommended?.step,
  );
  const rows = kept.map(({ step, incomplete, figures }): Line => {
    const mark = step === recommended?.step ? '★' : ' ';
    return {
      mark: incomplete === undefined ? mark : '✗',
      step: `${step}${figures?.approximate === true ? '≈' : ''}`,
      values: { ...valuesOf(figures?.training), ...evalOf(figures?.evaluation) },
    };
  });
  const final: Line[] = finalModel
    ? [
        {
          mark: finalModel.incomplete === undefined ? ' ' : '✗',
          step: 'final',
          values: valuesOf(finalModel.figures),
        },
      ]
    : [];
  return { lines: [...final, ...rows], left: checkpoints.length - kept.length };
}

function valuesOf(entry: MetricEntry | undefined): Line['values'] {
  return entry?.values ?? {};
}

function evalOf(entry: MetricEntry | undefined): Line['values'] {
  const value = entry?.values['eval_loss'];
  return value === undefined ? {} : { eval_loss: value };
}

function columnsFor({ columns, method }: RunCheckpoints, lines: readonly Line[]): Column[] {
  const own = columns
    .filter(({ key }) => lines.some(({ values }) => values[key] !== undefined))
    .map(({ key, label, better, chart }): Column => ({
      label,
      minor: better === 'none' && chart !== true,
      valueOf: (values) => values[key],
    }));
  const score: Column[] =
    method === 'kto' ? [{ label: 'Score', valueOf: (values) => scoreOf('kto', values) }] : [];
  const evaluated = lines.some(({ values }) => values['eval_loss'] !== undefined);
  const told = columns.some(({ key }) => key === 'eval_loss');
  const evaluation: Column[] =
    evaluated && !told ? [{ label: 'Eval', valueOf: (values) => values['eval_loss'] }] : [];
  return [...own, ...score, ...evaluation];
}

function leastOf(columns: readonly Column[]): number {
  const minor = columns.findLastIndex((column) => column.minor === true);
  return minor === -1 ? columns.length - 1 : minor;
}

function layOut(columns: readonly Column[], lines: readonly Line[], digits: number): string[] {
  const steps = ['Step', ...lines.map(({ step }) => step)];
  const stepWidth = Math.max(...steps.map(columnsOf));
  const cells = columns.map(({ label, valueOf }) => [
    label,
    ...lines.map(({ values }) => cellText(valueOf(values), digits)),
  ]);
  const widths = cells.map((column) => Math.max(...column.map(columnsOf)));
  return steps.map((step, row) => {
    const figures = cells.map((column, index) => padStart(column[row] ?? '', widths[index] ?? 0));
    const mark = row === 0 ? ' ' : (lines[row - 1]?.mark ?? ' ');
    return [`${mark}${padEnd(step, stepWidth)}`, ...figures].join(' ').trimEnd();
  });
}

/** A figure in few characters: `0.412`, `12.3`, `2e-4`, `NaN`; `–` where nothing is known. */
function cellText(value: number | undefined, digits: number): string {
  if (value === undefined) return '–';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 0.001 && size < 1e4) {
    const text = value.toPrecision(size < 0.01 ? 2 : digits);
    return text.includes('e') ? String(Math.round(value)) : text;
  }
  const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
  return `${mantissa.replace(/\.?0+$/, '')}e${exponent.replace('+', '')}`;
}
