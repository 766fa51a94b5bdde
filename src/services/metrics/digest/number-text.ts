const zero = 0x30;

/** Powers of ten that a double holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, index) => Number(`1e${index}`));

function isDigit(byte: number): boolean {
  return (byte - zero) >>> 0 <= 9;
}

/**
 * How many of four bytes (little-endian) are digits before the first that is none. Such a byte leaves its highest bit set in
 * `odd`; what it carries goes to the bytes after it alone, so the first is right. Without branches: the lengths of numbers cannot be
 * guessed by the processor, and a wrong guess costs more than all of this.
 */
function countDigits(word: number): number {
  const odd = ((word + 0x46464646) | (word - 0x30303030)) & 0x80808080;
  return odd === 0 ? 4 : (31 - Math.clz32(odd & -odd)) >> 3;
}

/** The number that the first `count` of four bytes write, all digits: pairs first, then pairs of pairs. */
function valueOfDigits(word: number, count: number): number {
  if (count === 0) return 0;
  const digits = (word & 0x0f0f0f0f) << (32 - 8 * count);
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff00ff;
  return (Math.imul(pairs, 100) + (pairs >>> 16)) & 0xffff;
}

/** Where the digits that begin at `at` end. */
function endOfDigits(view: DataView, at: number): number {
  let end = at;
  for (;;) {
    const count = countDigits(view.getInt32(end, true));
    end += count;
    if (count < 4) return end;
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

/** Where a number that was read ends; -1 where none stands there. */
export interface Cursor {
  end: number;
}

/**
 * The number that begins at `at`, as `Number` gives it of its text. Up to 15 digits times or over a power of ten up to 22 are exact in
 * doubles, so one rounding gives the nearest (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990);
 * others are left to `Number`.
 */
export function readNumber(view: DataView, at: number, cursor: Cursor): number {
  const first = view.getUint8(at) === 0x2d ? at + 1 : at;
  let index = first;
  let mantissa = 0;
  for (let count = 4; count === 4; index += count) {
    const word = view.getInt32(index, true);
    count = countDigits(word);
    mantissa = mantissa * (powers[count] ?? 1) + valueOfDigits(word, count);
  }
  const point = index;
  if (view.getUint8(index) === 0x2e) {
    index += 1;
    for (let count = 4; count === 4; index += count) {
      const word = view.getInt32(index, true);
      count = countDigits(word);
      mantissa = mantissa * (powers[count] ?? 1) + valueOfDigits(word, count);
    }
  }
  const byte = view.getUint8(index);
  const fraction = index - point - 1;
  const odd = point === first || fraction === 0 || index - first > 15 || (byte | 0x20) === 0x65;
  if (odd || (view.getUint8(first) === zero && point > first + 1)) return readOther(view, at, cursor);
  cursor.end = index;
  const value = fraction > 0 ? mantissa / (powers[fraction] ?? 1) : mantissa;
  return first > at ? -value : value;
}

/** Numbers with an exponent, of many digits, or not finite. */
function readOther(view: DataView, at: number, cursor: Cursor): number {
  const end = endOfNumber(view, at);
  cursor.end = end;
  if (end === -1) return Number.NaN;
  const first = view.getUint8(at) === 0x2d ? at + 1 : at;
  let mantissa = 0;
  let scale = 0;
  let seenPoint = 0;
  let index = first;
  for (; index < end; index += 1) {
    const byte = view.getUint8(index);
    if (isDigit(byte)) {
      mantissa = mantissa * 10 + (byte - zero);
      scale += seenPoint;
    } else if (byte === 0x2e) seenPoint = 1;
    else break;
  }
  const digits = index - first;
  if (index < end) scale -= readExponent(view, index, end);
  if (digits > 15 || !(scale <= 22 && scale >= -22)) return parseText(view, at, end);
  const value = scale >= 0 ? mantissa / (powers[scale] ?? 1) : mantissa * (powers[-scale] ?? 1);
  return first > at ? -value : value;
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
