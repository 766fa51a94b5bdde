import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type Row } from '../table.js';
import { generateLog } from './generate-log.js';
import type { ReadOnce } from './read-once.js';

const log = 'training_20251122_143005.jsonl';

/** The figures of one long kto run: first time, again, after more lines; in turns with the plain way. */
export async function measureMetrics(root: string, lines = 1_000_000, runs = 5): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tuner-bot-bench-'));
  const path = join(folder, 'logs', log);
  try {
    const bytes = generateLog(path, lines);
    const ours: ReadOnce[] = [];
    const plainMs: number[] = [];
    // The first round warms the page cache for both, and does not count.
    for (let round = 0; round <= runs; round += 1) {
      const plain = execFileSync('python3', [join(root, 'bench/metrics/plain.py'), path, String(lines)], {
        encoding: 'utf8',
      });
      const once = readOnce(root, folder, join(folder, `${round}.db`), lines);
      truncateSync(path, bytes);
      if (round === 0) continue;
      plainMs.push(Number(plain));
      ours.push(once);
    }
    return rowsOf(ours, plainMs, `${lines.toLocaleString('en')} lines, ${(bytes / 1e6).toFixed(0)} MB`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readOnce(root: string, folder: string, database: string, lines: number): ReadOnce {
  const args = [join(root, 'dist/bench/metrics/read-once.js'), folder, log, database, String(lines)];
  const once: ReadOnce = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  return once;
}

function rowsOf(ours: readonly ReadOnce[], plainMs: readonly number[], size: string): Row[] {
  const plain = median(plainMs);
  const first = median(ours.map(({ firstMs }) => firstMs));
  const holds = ours.map(({ longestHoldMs }) => longestHoldMs);
  const moreMB = ours.map(({ moreBytes }) => moreBytes / 1e6);
  const short = (what: string, values: readonly number[]): Row => ({
    what,
    measured: `${median(values).toFixed(1)} ms`,
    must: 'under 5 ms',
    reached: median(values) < 5,
  });
  return [
    {
      what: `figures of a kto run (${size}), first time`,
      measured: `${first.toFixed(0)} ms`,
      beside: `json.loads ${plain.toFixed(0)} ms: 1/${(plain / first).toFixed(1)}`,
      must: 'at most 1/15',
      reached: plain / first >= 15,
    },
    {
      what: 'longest hold of the event loop meanwhile',
      measured: `${median(holds).toFixed(1)} ms (longest ${Math.max(...holds).toFixed(1)})`,
      must: 'under 20 ms',
      reached: Math.max(...holds) < 20,
    },
    {
      what: 'memory over idle meanwhile',
      measured: `${median(moreMB).toFixed(0)} MB (most ${Math.max(...moreMB).toFixed(0)})`,
      must: 'under 60 MB',
      reached: Math.max(...moreMB) < 60,
    },
    short(
      'figures of the run, again',
      ours.map(({ againMs }) => againMs),
    ),
    short(
      'figures of the run, after 100 more lines',
      ours.map(({ grownMs }) => grownMs),
    ),
    {
      what: 'figures of the run, after a restart and some more lines',
      measured: `${median(ours.map(({ restartedMs }) => restartedMs)).toFixed(1)} ms`,
      must: 'told',
      reached: true,
    },
  ];
}
