const zero = 0x30;

/** Powers of ten that a double holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, index) => Number(`1e${index}`));

function isDigit(byte: number): boolean {
  return (byte - zero) >>> 0 <= 9;
}

/**
 * Where the digits that begin at `at` end: four bytes at once. A byte that is no digit leaves its highest bit set in `odd`; what it
 * carries goes to the bytes after it alone, so the first such byte is right.
 */
function endOfDigits(view: DataView, at: number): number {
  let end = at;
  for (;;) {
    const word = view.getInt32(end, true);
    const odd = ((word + 0x46464646) | (word - 0x30303030)) & 0x80808080;
    if (odd !== 0) return end + ((31 - Math.clz32(odd & -odd)) >> 3);
    end += 4;
  }
}

/**
 * Where the number that begins at `at` ends; -1 where none stands there. By JSON's grammar (RFC 8259, section 6) and
 * Python's words for what is not finite. The view must go on for ten bytes after any number's first.
 */
export function endOfNumber(view: DataView, at: number): number {
  const first = view.getUint8(at) === 0x2d ? at + 1 : at;
  let end = view.getUint8(first) === zero ? first + 1 : endOfDigits(view, first);
  if (end === first) return endOfWord(view, at);
  if (view.getUint8(end) === 0x2e) {
    const fraction = end + 1;
    end = endOfDigits(view, fraction);
    if (end === fraction) return -1;
  }
  return (view.getUint8(end) | 0x20) === 0x65 ? endOfExponent(view, end + 1) : end;
}

function endOfExponent(view: DataView, at: number): number {
  const sign = view.getUint8(at);
  const digits = sign === 0x2b || sign === 0x2d ? at + 1 : at;
  const end = endOfDigits(view, digits);
  return end === digits ? -1 : end;
}

/** `NaN`, `Infinity`, `-Infinity`. */
function endOfWord(view: DataView, at: number): number {
  if (view.getUint8(at) === 0x4e) return view.getUint16(at + 1) === 0x614e ? at + 3 : -1;
  const from = view.getUint8(at) === 0x2d ? at + 1 : at;
  // "Infi", "nity", big-endian.
  return view.getUint32(from) === 0x496e6669 && view.getUint32(from + 4) === 0x6e697479 ? from + 8 : -1;
}

/**
 * The number whose text stands from `at` to `end`, as `Number` gives it. Up to 15 digits times or over a power of ten up to 22
 * are exact in doubles, so one rounding gives the nearest (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990); others
 * are left to `Number`.
 */
export function parseNumber(view: DataView, at: number, end: number): number {
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  let seenPoint = 0;
  let index = view.getUint8(at) === 0x2d ? at + 1 : at;
  for (; index < end; index += 1) {
    const byte = view.getUint8(index);
    if (isDigit(byte)) {
      mantissa = mantissa * 10 + (byte - zero);
      digits += 1;
      scale += seenPoint;
    } else if (byte === 0x2e) seenPoint = 1;
    else break;
  }
  if (index < end) scale -= readExponent(view, index, end);
  if (digits > 15 || !(scale <= 22 && scale >= -22)) return parseText(view, at, end);
  const value = scale >= 0 ? mantissa / (powers[scale] ?? 1) : mantissa * (powers[-scale] ?? 1);
  return view.getUint8(at) === 0x2d ? -value : value;
}

/** The exponent after the `e` at `at`; NaN where it is none, or is longer than any that counts. */
function readExponent(view: DataView, at: number, end: number): number {
  if ((view.getUint8(at) | 0x20) !== 0x65 || end - at > 5) return Number.NaN;
  let exponent = 0;
  for (let index = at + 1; index < end; index += 1) {
    const byte = view.getUint8(index);
    if (isDigit(byte)) exponent = exponent * 10 + (byte - zero);
  }
  return view.getUint8(at + 1) === 0x2d ? -exponent : exponent;
}

function parseText(view: DataView, at: number, end: number): number {
  return Number(Buffer.from(view.buffer, view.byteOffset + at, end - at).toString('latin1'));
}
