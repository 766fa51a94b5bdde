import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Numbers that look like chance and are the same each time (a linear congruential generator, Numerical Recipes). */
export function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const startMs = Date.UTC(2025, 10, 22, 14, 31, 7);

/** One line of a kto run, as Python's json writes it. `part`: of the run, 0 to 1. */
export function ktoLine(step: number, part: number, chance: () => number): string {
  const about = (middle: number, spread: number, places: number): string =>
    String(Number((middle + spread * (chance() - 0.5)).toFixed(places)));
  const time = new Date(startMs + step * 1000).toISOString().slice(0, 19);
  const figures = [
    ['interval_time', about(12, 2, 1)],
    ['loss', about(0.65 - 0.3 * part, 0.05, 3)],
    ['grad_norm', about(3, 2, 2)],
    ['learning_rate', (1e-6 * (1 - part) + 1e-9).toExponential(2).replace('e-', 'e-0')],
    ['epoch', (part * 3).toFixed(2)],
    ['rewards/chosen', about(0.8 * part, 0.1, 3)],
    ['rewards/rejected', about(-0.7 * part, 0.1, 3)],
    ['rewards/margins', about(1.5 * part, 0.2, 3)],
    ['logps/chosen', about(-100, 20, 1)],
    ['logps/rejected', about(-110, 20, 1)],
    ['logits/chosen', about(-1, 0.5, 2)],
    ['logits/rejected', about(-1, 0.5, 2)],
    ['kl', about(0.01 + 0.3 * part, 0.01, 3)],
  ];
  const values = figures.map(([key, value]) => `"${key}": ${value}`).join(', ');
  return `{"step": ${step}, "timestamp": "${time}.${String(Math.floor(chance() * 1e6)).padStart(6, '0')}", ${values}}\n`;
}

/** Writes the log of a kto run; returns its size in bytes. */
export function generateLog(path: string, lines: number): number {
  mkdirSync(dirname(path), { recursive: true });
  const chance = createChance(7);
  const file = openSync(path, 'w');
  let piece = '';
  for (let index = 1; index <= lines; index += 1) {
    piece += ktoLine(index, index / lines, chance);
    if (piece.length < 1 << 20 && index < lines) continue;
    writeSync(file, piece);
    piece = '';
  }
  closeSync(file);
  return statSync(path).size;
}
