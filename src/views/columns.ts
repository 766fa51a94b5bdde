import { cleanLine, graphemes } from './text.js';

/** Code blocks do not wrap on a phone, they scroll: this many columns are seen. */
export const phoneColumns = 34;

// Unicode's East Asian Width W and F in blocks, and all pictographs: rather too wide than scrolled out of sight.
const wide =
  /\p{Emoji_Presentation}|\u{fe0f}|\p{Script=Han}|\p{Script=Hangul}|[\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const withoutWidth = /^[\p{M}\p{Cf}]*$/u;

/** Columns a text takes in a fixed-width font: emoji and East Asian characters take two. */
export function columnsOf(text: string): number {
  return graphemes(text).reduce((sum, cluster) => sum + clusterColumns(cluster), 0);
}

function clusterColumns(cluster: string): number {
  if (withoutWidth.test(cluster)) return 0;
  return wide.test(cluster) ? 2 : 1;
}

/** Fills up with spaces to a number of columns; a longer text stays as it is. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - columnsOf(text))) + text;
}

/** Cut to a number of columns, with `…` where something is missing. */
export function fitColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const cluster of graphemes(text)) {
    used += clusterColumns(cluster);
    if (used > columns - 1) break;
    kept += cluster;
  }
  return `${kept}…`;
}

/** Breaks a line into rows of at most `columns`, at a space where one is near; later rows are set in by `indent`. */
export function wrapColumns(line: string, columns = phoneColumns, indent = '  '): string[] {
  const rows: string[] = [];
  let rest = line;
  for (;;) {
    const start = rows.length === 0 ? '' : indent;
    const taken = takeColumns(rest, columns - start.length);
    if (taken.length === rest.length) return [...rows, start + rest];
    const row = breakAtSpace(taken, rest);
    rows.push((start + row).trimEnd());
    rest = rest.slice(row.length).trimStart();
    if (rest === '') return rows;
  }
}

function takeColumns(text: string, columns: number): string {
  let taken = '';
  let used = 0;
  for (const cluster of graphemes(text)) {
    used += clusterColumns(cluster);
    // At least one character a row, or it would never end.
    if (used > columns && taken !== '') break;
    taken += cluster;
  }
  return taken;
}

function breakAtSpace(taken: string, text: string): string {
  if (text[taken.length] === ' ') return taken;
  const space = taken.lastIndexOf(' ');
  return space > taken.length / 2 ? taken.slice(0, space) : taken;
}

/** Rows as a code block. Backticks are replaced: nothing in it can close it. Each row is cut to the phone's width. */
export function codeBlock(rows: readonly string[], columns = phoneColumns): string {
  const shown = rows.map((row) => fitColumns(cleanRow(row), columns));
  return ['```', ...shown, '```'].join('\n');
}

function cleanRow(row: string): string {
  const indent = /^ */.exec(row)?.[0] ?? '';
  return indent + cleanLine(row).replaceAll('`', 'ˋ');
}

/** A line that programs draw across a terminal: one sign again and again. Wrapped it would be two of them. */
const ruler = /^\s*([^\p{L}\p{N}\s])\1{9,}\s*$/u;

/** The last lines of a program's output, wrapped, the oldest left out when all of it is over `maxLength`. */
export function outputBlock(lines: readonly string[], maxLength = 2200): string {
  const rows = lines
    .map((line) => cleanRow(line.slice(0, 400)))
    .filter((line) => line.trim() !== '')
    .flatMap((line) =>
      ruler.test(line) ? [fitColumns(line, phoneColumns)] : wrapColumns(line, phoneColumns, '↳ '),
    );
  let length = 0;
  const kept: string[] = [];
  for (const row of rows.reverse()) {
    length += row.length + 1;
    if (length > maxLength) {
      kept.push('…');
      break;
    }
    kept.push(row);
  }
  return codeBlock(kept.reverse());
}
