import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createMetricsStore } from '../../src/db/metrics-store.js';
import { openDatabase } from '../../src/db/open.js';
import { createMetricsIndex } from '../../src/services/metrics/metrics-index.js';
import { pause } from '../bot/process-figures.js';
import { generateLog } from '../metrics/generate-log.js';
import { openRunDesk } from './open-desk.js';

/** What one process measured. */
export interface TypedNames {
  /** Milliseconds from a key to its choices. */
  readonly keyMs: readonly number[];
  readonly mostChoices: number;
  /** Logs read meanwhile, start to end. */
  readonly logsRead: number;
}

// A process of its own, as the bot is one: somebody types the name of a run while logs are read, one after another. Arguments:
// the toolset, the repository, a folder for the log.

const [toolset = '', repository = '', folder = ''] = process.argv.slice(2);
/** A letter more at each key, as a person types; the first keys fit all runs, the last one of them. */
const typed = ['', 'k', 'kto', 'kto 2025', 'kto 20250103', '010500', 'sft', 'nothing like it'];
const rounds = 40;
/** Keys of somebody who types fast. */
const betweenKeysMs = 60;
const logLines = 400_000;

mkdirSync(folder, { recursive: true });
generateLog(join(folder, 'logs/training_20251122_143005.jsonl'), logLines);
const { desk, close } = openRunDesk(toolset, repository);
await desk.start();
await pause(1_000);

const typing = new AbortController();
let logsRead = 0;
async function readLogs(): Promise<void> {
  while (!typing.signal.aborted) {
    const db = openDatabase(':memory:');
    const index = createMetricsIndex({ store: createMetricsStore(db, Date.now) });
    await index.read({
      key: folder,
      location: { folder, pattern: 'logs/training_*.jsonl' },
      format: { kind: 'flat' },
      columns: [{ key: 'kl', label: 'KL' }],
      checkpointSteps: [logLines / 2],
    });
    await index.close();
    db.close();
    logsRead += 1;
  }
}

const reading = readLogs();
const keyMs: number[] = [];
let mostChoices = 0;
for (let round = 0; round < rounds; round += 1) {
  for (const text of typed) {
    await pause(betweenKeysMs);
    const start = performance.now();
    const { length } = await desk.complete(text);
    keyMs.push(performance.now() - start);
    mostChoices = Math.max(mostChoices, length);
  }
}
typing.abort();
await reading;
await close();
process.stdout.write(JSON.stringify({ keyMs, mostChoices, logsRead } satisfies TypedNames));
