import { element } from './dom.js';
import { nowOf, type State } from './state.js';

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const styles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

/** "in 5 minutes", "3 hours ago". `seconds`: from now, negative = past. */
export function sayRelative(seconds: number): string {
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

/** `<t:UNIX:STYLE>`; style R counts (see tickTimes). */
export function timeElement(state: State, unix: number, style = 'f'): HTMLElement {
  const date = new Date(unix * 1000);
  const full = date.toLocaleString('en', styles['F']);
  const made = element('discord-time', { title: full, 'data-unix': style === 'R' ? unix : undefined });
  made.textContent =
    style === 'R'
      ? sayRelative(Math.round(unix - nowOf(state) / 1000))
      : date.toLocaleString('en', styles[style] ?? styles['f']);
  return made;
}

/** Brings every counting time up to date. */
export function tickTimes(state: State): void {
  for (const one of document.querySelectorAll<HTMLElement>('discord-time[data-unix]')) {
    const text = sayRelative(Math.round(Number(one.dataset['unix']) - nowOf(state) / 1000));
    if (one.textContent !== text) one.textContent = text;
  }
}

/** As Discord dates a message. */
export function sayWhen(state: State, iso: string): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hour12: false });
  const today = new Date(nowOf(state)).toDateString() === date.toDateString();
  return today ? `Today at ${time}` : `${date.toLocaleDateString('en')} ${time}`;
}
