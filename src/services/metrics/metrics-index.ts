import { findLogs } from './find-logs.js';
import { createReading } from './digest/create-reading.js';
import { inlineBytes } from './digest/read-log.js';
import { packRun, unpackRun } from './digest/stored-run.js';
import type { StoredRun } from './digest/stored-run.js';
import { addFigures, advance, emptyRun, goesOn } from './keep-run.js';
import type { ReadingRun } from './keep-run.js';
import type { MetricsStore } from './ports.js';
import { curvesOf, showRun } from './show-run.js';
import type { RunMetrics } from '../../domain/run-metrics.js';

export type { ReadingRun } from './keep-run.js';

/** Reads the metrics logs of runs, each byte once. */
export interface MetricsIndex {
  /**
   * What the logs of a run say now. Reads what is new since the last call, in a thread where it is much. Calls for one run
   * wait for one another. A run without logs has no entries. Throws what the file system says.
   */
  read(run: ReadingRun): Promise<RunMetrics>;
  /** Ends the threads that read. */
  close(): Promise<void>;
}

/** A run held in memory. */
interface KeptRun {
  readonly run: StoredRun;
  /** What was read since it was saved. */
  readonly unsavedBytes: number;
  readonly saved: boolean;
}

/** Runs held ready in memory, 400 KB each at most; others come from the store. */
const heldRuns = 16;

/** `store`: what was read is kept there, so that a restart does not read anew. */
export function createMetricsIndex({ store }: { readonly store: MetricsStore }): MetricsIndex {
  const reading = createReading();
  const held = new Map<string, KeptRun>();
  const looks = new Map<string, Promise<unknown>>();

  async function look(run: ReadingRun): Promise<RunMetrics> {
    const files = await findLogs(run.location);
    const known = held.get(run.key) ?? load(run.key);
    // What is being changed is nobody's until it is done: after a fault the run is read from the store again.
    held.delete(run.key);
    const kept =
      known && goesOn(known.run, files, run) ? known : { run: emptyRun(run), unsavedBytes: 0, saved: false };
    const grown = await advance(kept.run, files, run, reading);
    const [found, curves] = await Promise.all([
      addFigures(grown.run, run, reading),
      grown.bytes > 0 ? curvesOf(grown.run.digest, run) : kept.run.curves,
    ]);
    const next = found === kept.run ? found : { ...found, curves };
    const unsavedBytes = kept.unsavedBytes + grown.bytes;
    // A little that is not saved is read again after a restart, as fast as the rest is loaded.
    const save = grown.bytes === 0 ? next !== kept.run : !kept.saved || unsavedBytes > inlineBytes;
    if (save) store.put(run.key, packRun(next));
    hold(run.key, { run: next, unsavedBytes: save ? 0 : unsavedBytes, saved: kept.saved || save });
    return showRun(next, run);
  }

  function load(key: string): KeptRun | undefined {
    const body = store.get(key);
    const run = body && unpackRun(body);
    return run && { run, unsavedBytes: 0, saved: true };
  }

  function hold(key: string, kept: KeptRun): void {
    held.set(key, kept);
    for (const oldest of held.keys()) {
      if (held.size <= heldRuns) break;
      held.delete(oldest);
    }
  }

  return {
    read(run) {
      const before = looks.get(run.key) ?? Promise.resolve();
      const next = before.catch(() => undefined).then(() => look(run));
      looks.set(run.key, next);
      const forget = (): void => {
        if (looks.get(run.key) === next) looks.delete(run.key);
      };
      next.then(forget, forget);
      return next;
    },
    close: () => reading.readers.close(),
  };
}
