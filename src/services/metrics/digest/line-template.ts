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
 * last. Kept as words of eight bytes, since they are compared for each line of a log: as doubles, the widest that JavaScript
 * compares at once. Pieces are ASCII, so no word is NaN or zero, and equal doubles are equal bytes.
 */
export interface LineTemplate {
  readonly kind: MetricKind;
  /** Three numbers a piece: its bytes, its place in `words`, and its value: a column's index or one of the above. */
  readonly plan: Int32Array;
  readonly words: Float64Array;
  /** The last eight bytes of each piece; 0 for shorter pieces. */
  readonly tails: Float64Array;
  /** The pieces once more, for those under eight bytes. */
  readonly pieces: readonly Uint8Array[];
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
  return { kind: entry.kind, ...packPieces(pieces, [...values, lineEnd]) };
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

function packPieces(pieces: readonly Buffer[], values: readonly number[]): Omit<LineTemplate, 'kind'> {
  const words: number[] = [];
  const plan: number[] = [];
  for (const [index, piece] of pieces.entries()) {
    plan.push(piece.length, words.length, values[index] ?? lineEnd);
    for (let at = 0; at + 8 <= piece.length; at += 8) words.push(piece.readDoubleLE(at));
  }
  return {
    plan: Int32Array.from(plan),
    words: Float64Array.from(words),
    tails: Float64Array.from(pieces, (piece) =>
      piece.length < 8 ? 0 : piece.readDoubleLE(piece.length - 8),
    ),
    pieces,
  };
}
