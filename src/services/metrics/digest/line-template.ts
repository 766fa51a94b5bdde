import type { MetricEntry, MetricKind } from '../../../domain/metrics.js';

/** What stands between two fixed pieces of a line. */
export const slotNumber = 0;
export const slotStep = 1;
/** A string that is passed over: the timestamp. */
export const slotText = 2;

/**
 * The form of a line that a trainer writes over and over: fixed pieces (keys and punctuation) with a value after each but
 * the last. Kept as words of eight bytes, since they are compared for each line of a log: as doubles, the widest that JavaScript
 * compares at once. Pieces are ASCII, so no word is NaN or zero, and equal doubles are equal bytes.
 */
export interface LineTemplate {
  readonly kind: MetricKind;
  readonly slots: Uint8Array;
  /** Per slot: index into the wanted columns, -1 where the value is not wanted. */
  readonly columns: Int8Array;
  /** Per piece: its bytes, its place in `words`, its last eight bytes as a word (pieces of eight bytes and more). */
  readonly lengths: Uint16Array;
  readonly wordStarts: Uint16Array;
  readonly tails: Float64Array;
  readonly words: Float64Array;
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
  return {
    kind: entry.kind,
    slots: Uint8Array.from(keys, (key) =>
      key === 'step' ? slotStep : key === 'timestamp' ? slotText : slotNumber,
    ),
    columns: Int8Array.from(keys, (key) => (key === 'step' ? -1 : columns.indexOf(key))),
    ...packPieces(starts.map((start, index) => Buffer.from(line.slice(start, ends[index]), 'latin1'))),
  };
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

function packPieces(
  pieces: readonly Buffer[],
): Pick<LineTemplate, 'lengths' | 'wordStarts' | 'tails' | 'words' | 'pieces'> {
  const words: number[] = [];
  const wordStarts: number[] = [];
  for (const piece of pieces) {
    wordStarts.push(words.length);
    for (let at = 0; at + 8 <= piece.length; at += 8) words.push(piece.readDoubleLE(at));
  }
  return {
    lengths: Uint16Array.from(pieces, (piece) => piece.length),
    wordStarts: Uint16Array.from(wordStarts),
    tails: Float64Array.from(pieces, (piece) =>
      piece.length < 8 ? 0 : piece.readDoubleLE(piece.length - 8),
    ),
    words: Float64Array.from(words),
    pieces,
  };
}
