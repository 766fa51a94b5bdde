import { cpus } from 'node:os';
import { measureLineToEdit } from './bot/line-to-edit.js';
import { measureLoad } from './bot/load.js';
import { measureStart } from './bot/start.js';
import { measureMetrics } from './metrics/measure.js';
import { measureRuns } from './runs/measure.js';
import { formatTable, type Row } from './table.js';

const root = process.cwd();
const pieces: Readonly<Record<string, () => Promise<Row[]>>> = {
  start: () => measureStart(root),
  load: () => measureLoad(root),
  lines: () => measureLineToEdit(root),
  metrics: () => measureMetrics(root),
  runs: () => measureRuns(root),
};

const [only] = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, measure] of Object.entries(pieces)) {
  if (only !== undefined && only !== name) continue;
  console.error(`${name} …`);
  rows.push(...(await measure()));
}
const [cpu] = cpus();
console.log(
  `${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.versions.node}, ${process.platform}\n`,
);
console.log(formatTable(rows));
process.exit(rows.every(({ reached }) => reached) ? 0 : 1);
