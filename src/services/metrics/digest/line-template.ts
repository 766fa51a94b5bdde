import type { MetricEntry, MetricKind } from '../../../domain/metrics.js';

/** Values that are no wanted figure, in place of the index of its column. */
export const unwanted = -1;
export const stepValue = -2;
/** A string that is passed over: the timestamp. */
export const textValue = -3;
/** No value: the line has ended. */
export const lineEnd = -4;

/**
 * The form of a line that a trainer writes over and over: fixed pieces (keys and punctuation) with a value after each but the
 * last.
 */
export interface LineTemplate {
  readonly kind: MetricKind;
  /** ASCII, 4 KB in all at most. */
  readonly pieces: readonly Buffer[];
  /** The value after each piece: a column's index or one of the above. */
  readonly values: readonly number[];
  /** Bit `i`: the line has column `i`. */
  readonly present: number;
}

/** At most 31 columns are told apart: they are bits of a number. */
export const maxColumns = 31;

const head = /^[ \t]*\{[ \t]*/;
const member = /"([^"\\]*)"[ \t]*:[ \t]*("[^"\\]*"|-?Infinity|NaN|-?[0-9.eE+-]+)/y;
const between = /[ \t]*,[ \t]*/y;
const foot = /[ \t]*\}[ \t]*\r?\n$/y;

/**
 * The form of a line of a flat log that was read as `entry`, or undefined for one whose form is not worth keeping: keys
 * twice, values other than numbers, a closing entry. `line` has one character a byte and ends with its line end.
 */
export function learnTemplate(
  line: string,
  entry: MetricEntry,
  columns: readonly string[],
): LineTemplate | undefined {
  const members = readMembers(line);
  if (!members || entry.kind === 'summary' || line.length > 4096) return undefined;
  const keys = members.map(({ key }) => key);
  const odd = members.some(({ key, value }) => value.startsWith('"') !== (key === 'timestamp'));
  const plain = keys.every((key) => /^[\x20-\x7e]*$/.test(key) && key !== '__proto__');
  if (odd || !plain || new Set(keys).size < keys.length || !keys.includes('step')) return undefined;
  const ends = [...members.map(({ start }) => start), line.length];
  const starts = [0, ...members.map(({ end }) => end)];
  const pieces = starts.map((start, index) => Buffer.from(line.slice(start, ends[index]), 'latin1'));
  const values = keys.map((key) =>
    key === 'step' ? stepValue : key === 'timestamp' ? textValue : columns.indexOf(key),
  );
  const present = values.reduce((bits, value) => (value < 0 ? bits : bits | (1 << value)), 0);
  return { kind: entry.kind, pieces, values: [...values, lineEnd], present };
}

interface Member {
  readonly key: string;
  readonly value: string;
  /** Where the value stands. */
  readonly start: number;
  readonly end: number;
}

function readMembers(line: string): readonly Member[] | undefined {
  const members: Member[] = [];
  let at = head.exec(line)?.[0].length ?? -1;
  while (at >= 0) {
    member.lastIndex = at;
    const found = member.exec(line);
    if (!found) return undefined;
    const [, key = '', value = ''] = found;
    members.push({ key, value, start: member.lastIndex - value.length, end: member.lastIndex });
    foot.lastIndex = between.lastIndex = member.lastIndex;
    if (foot.test(line)) return members;
    if (!between.test(line)) return undefined;
    at = between.lastIndex;
  }
  return undefined;
}
