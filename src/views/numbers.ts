/** A measured figure in four significant digits: `0.4120`, `12,345`, `1.2e-9`, `NaN`, `∞`. At most 10 characters. */
export function formatFigure(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 0.001 || size >= 1e6) return shortExponent(value.toExponential(3));
  if (size >= 1000) return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return value.toPrecision(4);
}

/** As `formatFigure`, without the zeros that only keep a table still: `0.412`. */
export function shortFigure(value: number): string {
  const shown = formatFigure(value);
  return /^-?\d+\.\d+$/.test(shown) ? shown.replace(/\.?0+$/, '') : shown;
}

/** A setting as it will be used, to its last digit: `2e-6`, `0.05`, `3`. */
export function formatSetting(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  const size = Math.abs(value);
  const small = size > 0 && size < 0.001;
  return small || size >= 1e15 ? shortExponent(value.toExponential()) : String(value);
}

function shortExponent(text: string): string {
  const [mantissa = '', exponent = ''] = text.split('e');
  const digits = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return `${digits}e${exponent.replace('+', '')}`;
}

/** A count with separators: `4,812`. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : '?';
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time in its two largest units: `42 s`, `3 min 20 s`, `2 h 5 min`, `30 d 4 h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return 'unknown';
  if (ms < second) return 'under 1 s';
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return twoUnits(ms, minute, 'min', second, 's');
  if (ms < day) return twoUnits(ms, hour, 'h', minute, 'min');
  return twoUnits(ms, day, 'd', hour, 'h');
}

function twoUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  const head = `${formatCount(Math.floor(ms / large))} ${largeName}`;
  return rest === 0 ? head : `${head} ${rest} ${smallName}`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A size in decimal units, as disks and the Hub state it: `812 B`, `3.2 MB`, `14 GB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return 'unknown size';
  let value = bytes;
  let unit = 0;
  // 999.5 rounds to 1000, which belongs to the next unit.
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${byteUnits[unit]}`;
}

/** One thing or many: `1 warning`, `2 warnings`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A moment that Discord shows relative to now, in the reader's language, and counts by itself. */
export function relativeTime(epochMs: number): string {
  // Discord refuses to render times outside of what a JavaScript date holds.
  const seconds = Number.isFinite(epochMs) ? Math.round(epochMs / 1000) : 0;
  return `<t:${Math.min(Math.max(seconds, 0), 8_640_000_000_000)}:R>`;
}
