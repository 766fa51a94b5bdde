import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../bot/process-figures.js';
import { median, percentile, type Row } from '../table.js';
import type { DrawnChart } from './draw-chart.js';
import { generateRuns, generateToolset } from './generate-runs.js';
import type { ListOnce } from './list-once.js';
import type { TypedNames } from './type-names.js';

const kto = 'Trainers/kto/kto_output';
/** A folder that changed just now may change again without a trace, and is looked at anew. */
const restMs = 3_000;

/** Listing 10,000 runs, in turns with the plain way; names typed while logs are read; a chart. */
export async function measureRuns(root: string, count = 10_000, rounds = 7): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tuner-bot-bench-'));
  const toolset = join(folder, 'toolset');
  const runsDir = join(toolset, kto);
  try {
    generateToolset(toolset);
    generateRuns(runsDir, count);
    await pause(restMs);
    const ours: ListOnce[] = [];
    const plainMs: number[] = [];
    // The first round warms the caches of the file system for both, and does not count.
    for (let round = 0; round <= rounds; round += 1) {
      const plain = Number(run('python3', join(root, 'bench/runs/plain.py'), runsDir).split(' ')[0]);
      // The process before made and removed a run.
      await pause(restMs);
      const once: ListOnce = JSON.parse(ownProcess(root, 'list-once', toolset, root, runsDir));
      if (once.runs !== count) throw new Error(`${once.runs} of ${count} runs were listed.`);
      if (round === 0) continue;
      plainMs.push(plain);
      ours.push(once);
    }
    const typed: TypedNames = JSON.parse(ownProcess(root, 'type-names', toolset, root, join(folder, 'log')));
    const drawn: DrawnChart = JSON.parse(ownProcess(root, 'draw-chart'));
    return [...listRows(ours, plainMs, count), typedRow(typed, count), ...chartRows(drawn)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(...[program = '', ...args]: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' });
}

function ownProcess(root: string, name: string, ...args: readonly string[]): string {
  return run(process.execPath, join(root, `dist/bench/runs/${name}.js`), ...args);
}

function listRows(ours: readonly ListOnce[], plainMs: readonly number[], count: number): Row[] {
  const runs = `${count.toLocaleString('en')} runs`;
  const plain = median(plainMs);
  const beside = (ms: number): string => `pathlib ${plain.toFixed(0)} ms: 1/${(plain / ms).toFixed(1)}`;
  const first = median(ours.map(({ firstMs }) => firstMs));
  const again = median(ours.map(({ againMs }) => againMs));
  const later = median(ours.map(({ laterMs }) => laterMs));
  const start = median(ours.map(({ startMs }) => startMs));
  const changed = median(ours.map(({ changedMs }) => changedMs));
  return [
    {
      what: `listing ${runs}, asked for the first time`,
      measured: `${first.toFixed(1)} ms`,
      beside: beside(first),
      must: 'at most 1/4',
      reached: plain / first >= 4,
    },
    {
      what: 'the same again, within two seconds',
      measured: `${again.toFixed(1)} ms`,
      beside: beside(again),
      must: 'under 20 ms',
      reached: again < 20,
    },
    {
      what: 'the same later, each looked at anew',
      measured: `${later.toFixed(1)} ms`,
      beside: beside(later),
      must: 'told',
      reached: true,
    },
    {
      what: 'the same after a run came or went',
      measured: `${changed.toFixed(1)} ms`,
      must: 'told',
      reached: true,
    },
    {
      what: `${runs} listed when the bot starts, beside its work`,
      measured: `${start.toFixed(0)} ms`,
      beside: beside(start),
      must: 'told',
      reached: true,
    },
  ];
}

function typedRow({ keyMs, mostChoices, logsRead }: TypedNames, count: number): Row {
  const p99 = percentile(keyMs, 0.99);
  return {
    what: `${keyMs.length} keys of a name among ${count.toLocaleString('en')} runs, ${logsRead} logs read meanwhile`,
    measured: `p50 ${median(keyMs).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; at most ${mostChoices} choices`,
    must: 'p99 under 50 ms',
    reached: p99 < 50 && mostChoices <= 25 && logsRead > 0,
  };
}

function chartRows({ firstMs, drawMs, longestHoldMs }: DrawnChart): Row[] {
  return [
    {
      what: 'a chart from 5,000 points',
      measured: `${drawMs.toFixed(0)} ms (the first, with its thread, ${firstMs.toFixed(0)})`,
      must: 'under 80 ms',
      reached: drawMs < 80,
    },
    {
      what: 'longest hold of the event loop meanwhile',
      measured: `${longestHoldMs.toFixed(1)} ms`,
      must: 'off the event loop',
      reached: longestHoldMs < 20,
    },
  ];
}
