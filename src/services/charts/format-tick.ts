const units = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** Figures outside of these are shorter with an exponent. */
const least = 1e-3;
const most = 1e15;

/**
 * The label of a tick, as short as its neighbours allow: `0.25`, `500`, `1.5k`, `−3e−9`.
 *
 * @param spacing the distance to the next tick
 * @param largest the largest absolute value on the axis
 */
export function formatTick(value: number, spacing: number, largest: number): string {
  if (Math.abs(value) < spacing / 1e6) return '0';
  if (largest < least || largest >= most) return withExponent(value, spacing);
  const [factor, unit] = units.find(([factor]) => Math.abs(value) >= factor) ?? [1, ''];
  const figure = (value / factor).toFixed(digitsFor(spacing / factor));
  return minus(`${unit === '' ? figure : Number(figure)}${unit}`);
}

function withExponent(value: number, spacing: number): string {
  const power = Math.floor(Math.log10(Math.abs(value)));
  const text = value.toExponential(digitsFor(spacing / 10 ** power));
  return minus(text.replace('e+', 'e'));
}

/** How many digits after the point tell ticks of this distance apart. */
function digitsFor(spacing: number): number {
  for (let digits = 0; digits < 5; digits += 1) {
    const scaled = spacing * 10 ** digits;
    if (scaled >= 0.99 && Math.abs(scaled - Math.round(scaled)) < 0.01) return digits;
  }
  return 5;
}

/** The sign of the font's figures: a hyphen is lost at a phone's size. */
function minus(text: string): string {
  return text.replaceAll('-', '−');
}
