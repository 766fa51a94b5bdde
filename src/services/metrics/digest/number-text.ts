const zero = 0x30;

/** Powers of ten that a double holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, index) => Number(`1e${index}`));

/** Where a number that was read ends; -1 where none stands there. */
export interface Cursor {
  end: number;
}

function isDigit(byte: number): boolean {
  return (byte - zero) >>> 0 <= 9;
}

/**
 * The number that begins at `at`: by JSON's grammar (RFC 8259, section 6), or one of Python's words for what is not finite; what
 * `Number` gives of its text. Up to 15 digits times or over a power of ten up to 22 are exact in doubles, so one rounding gives
 * the nearest (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990); others are left to `Number`. The view must go
 * on for ten bytes after any number's first, with a byte that ends it.
 */
export function readNumber(view: DataView, at: number, cursor: Cursor): number {
  let byte = view.getUint8(at);
  const negative = byte === 0x2d;
  const first = negative ? at + 1 : at;
  let end = first;
  if (negative) byte = view.getUint8(end);
  let mantissa = 0;
  for (; isDigit(byte); byte = view.getUint8((end += 1))) mantissa = mantissa * 10 + (byte - zero);
  const whole = end - first;
  if (whole === 0) return readWord(view, at, cursor);
  let scale = 0;
  if (byte === 0x2e) {
    const point = end;
    byte = view.getUint8((end += 1));
    for (; isDigit(byte); byte = view.getUint8((end += 1))) mantissa = mantissa * 10 + (byte - zero);
    scale = point + 1 - end;
    if (scale === 0) return none(cursor);
  }
  if (whole > 1 && view.getUint8(first) === zero) return none(cursor);
  const digits = whole - scale;
  cursor.end = end;
  if ((byte | 0x20) === 0x65) scale += readExponent(view, end + 1, cursor);
  if (digits > 15 || scale < -22 || scale > 22) return parseText(view, at, cursor.end);
  const value = scale <= 0 ? mantissa / (powers[-scale] ?? 1) : mantissa * (powers[scale] ?? 1);
  return negative ? -value : value;
}

function none(cursor: Cursor): number {
  cursor.end = -1;
  return Number.NaN;
}

/** The exponent that begins at `at`; 1000 stands for any that is more. */
function readExponent(view: DataView, at: number, cursor: Cursor): number {
  const sign = view.getUint8(at);
  const first = sign === 0x2b || sign === 0x2d ? at + 1 : at;
  let end = first;
  let exponent = 0;
  for (let byte = view.getUint8(end); isDigit(byte); byte = view.getUint8((end += 1))) {
    exponent = Math.min(1000, exponent * 10 + (byte - zero));
  }
  cursor.end = end === first ? -1 : end;
  return sign === 0x2d ? -exponent : exponent;
}

/** `NaN`, `Infinity`, `-Infinity`. */
function readWord(view: DataView, at: number, cursor: Cursor): number {
  const negative = view.getUint8(at) === 0x2d;
  const from = negative ? at + 1 : at;
  // "Infi", "nity", big-endian.
  if (view.getUint32(from) === 0x496e6669 && view.getUint32(from + 4) === 0x6e697479) {
    cursor.end = from + 8;
    return negative ? -Infinity : Infinity;
  }
  cursor.end = view.getUint8(at) === 0x4e && view.getUint16(at + 1) === 0x614e ? at + 3 : -1;
  return Number.NaN;
}

function parseText(view: DataView, at: number, end: number): number {
  if (end === -1) return Number.NaN;
  return Number(Buffer.from(view.buffer, view.byteOffset + at, end - at).toString('latin1'));
}
