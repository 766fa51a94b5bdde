import { lineEnd } from './line-template.js';
import type { LineTemplate } from './line-template.js';

/** Lines that have the form of a template, found one after another. One a thread: what it holds is overwritten by the next use. */
export interface LineMatcher {
  /** Where the bytes of a log are put; `roomBytes` long. */
  readonly room: Buffer;
  /**
   * Matches the lines of the room from `at` on, up to one that differs, but no more than some hundreds at once; returns how many.
   * `columns`: how many a record has. `to` comes after a line end.
   */
  match(template: LineTemplate, at: number, to: number, columns: number): number;
  /**
   * The matched lines, `headFigures` and the columns each: where its line begins and ends in the memory (the room begins at `roomAt`),
   * its step, a bit a column whose figure is but the place of its text.
   */
  readonly records: Float64Array;
  /** The number whose text stands at a place of the memory. */
  readText(at: number): number;
}

/** Bytes read from a log at once: more than the longest line. */
export const roomBytes = 512 * 1024;

/** Where things lie in the memory: powers of ten, plan and pieces of the form, records, the room and some bytes behind it. */
const planAt = 256;
const piecesAt = 32 * 1024;
const recordsAt = 64 * 1024;
export const roomAt = 192 * 1024;
const pages = (roomAt + roomBytes) / 65536 + 1;
/** Doubles of a record before its columns. */
export const headFigures = 4;

/** `module`: as `compileMatcher` gives it. */
export function createLineMatcher(module: WebAssembly.Module): LineMatcher {
  const memory = new WebAssembly.Memory({ initial: pages });
  const { match } = new WebAssembly.Instance(module, { js: { memory } }).exports;
  if (typeof match !== 'function') throw new TypeError('The matcher has no function');
  const bytes = Buffer.from(memory.buffer);
  const records = new Float64Array(memory.buffer, recordsAt, (roomAt - recordsAt) / 8);
  const room = bytes.subarray(roomAt, roomAt + roomBytes);
  for (let power = 0; power <= 22; power += 1) bytes.writeDoubleLE(Number(`1e${power}`), power * 8);
  let loaded: LineTemplate | undefined;

  return {
    room,
    match(template, at, to, columns) {
      if (template !== loaded) load(bytes, template);
      loaded = template;
      const stride = headFigures + columns;
      const most = Math.floor(records.length / stride) * stride * 8;
      const places = [planAt, roomAt + at, roomAt + to, recordsAt, recordsAt + most, stride * 8, 0];
      return (Number(match(...places)) - recordsAt) / (stride * 8);
    },
    records,
    readText: (at) => readText(bytes, at),
  };
}

function load(bytes: Buffer, { pieces, values }: LineTemplate): void {
  let at = piecesAt;
  for (const [index, piece] of pieces.entries()) {
    for (const [place, word] of [piece.length, at, values[index] ?? lineEnd].entries()) {
      bytes.writeInt32LE(word, planAt + (index * 3 + place) * 4);
    }
    at += piece.copy(bytes, at);
  }
}

/** A number that the matcher left as a text: of many digits, very large or small, or not finite. */
function readText(bytes: Buffer, at: number): number {
  let end = at;
  while (/[\w.+-]/.test(String.fromCharCode(bytes[end] ?? 0))) end += 1;
  return Number(bytes.toString('latin1', at, end));
}
