import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Curve } from '../../src/domain/chart.js';
import { createChartRenderer } from '../../src/services/charts/chart-renderer.js';
import { runChart } from '../../src/views/charts/run-chart.js';
import { pause } from '../bot/process-figures.js';
import { createChance } from '../metrics/generate-log.js';
import { median } from '../table.js';

/** What one process measured, milliseconds. */
export interface DrawnChart {
  /** The first picture: the worker starts and loads its libraries. */
  readonly firstMs: number;
  readonly drawMs: number;
  readonly longestHoldMs: number;
}

// A process of its own: the picture of `/checkpoints` from 5,000 points, three curves and ten checkpoints.

const points = 5_000;
const rounds = 15;
const chance = createChance(5);
const curve = (key: string, label: string, valueAt: (part: number) => number): Curve => ({
  key,
  label,
  points: Array.from({ length: Math.floor(points / 3) }, (_, index) => [
    (index + 1) * 5,
    valueAt((index * 3) / points) + (chance() - 0.5) / 20,
  ]),
});
const spec = runChart({
  id: '0'.repeat(16),
  name: '20251122_143000',
  platform: 'rtx',
  method: 'kto',
  methodLabel: 'Preference learning (KTO)',
  columns: [
    { key: 'loss', label: 'Loss', better: 'lower' },
    { key: 'kl', label: 'KL', better: 'none', chart: true },
    { key: 'rewards/margins', label: 'Margin', better: 'higher', main: true },
  ],
  modifiedMs: 0,
  status: 'finished',
  hasFinalModel: true,
  checkpoints: Array.from({ length: 10 }, (_, index) => ({ name: `checkpoint-${index}`, step: index * 800 })),
  recommended: { step: 4_000, why: '' },
  curves: [
    curve('loss', 'Loss', (part) => 0.65 - 0.3 * part),
    curve('kl', 'KL', (part) => 0.05 + 0.3 * part),
    curve('rewards/margins', 'Margin', (part) => 1.5 * part),
  ],
  unreadableLines: 0,
  resumable: true,
});
if (!spec) throw new Error('There is nothing to draw.');
const renderer = createChartRenderer({ log: { warn: (...what) => console.error(...what) } });
const timed = async (): Promise<number> => {
  const start = performance.now();
  await renderer.render(spec);
  return performance.now() - start;
};
const firstMs = await timed();
// A compiler of the worker's engine still works on what it has seen.
for (let round = 0; round < 5; round += 1) await timed();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const drawMs: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  drawMs.push(await timed());
  await pause(20);
}
delay.disable();
await renderer.stop();
process.stdout.write(
  JSON.stringify({ firstMs, drawMs: median(drawMs), longestHoldMs: delay.max / 1e6 } satisfies DrawnChart),
);
