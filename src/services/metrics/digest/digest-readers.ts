import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../worker-url.js';
import type { MetricEntry } from '../../../domain/metrics.js';
import type { FindTask } from './entries-at.js';
import type { AskedOfReader, ReaderAnswer, ReaderTask, ReadResult, ReadTask } from './read-task.js';

/** Threads that read logs. */
export interface DigestReaders {
  /** Rejects with what the file system says. */
  read(task: ReadTask): Promise<ReadResult>;
  /** As `findEntries`. */
  find(task: FindTask): Promise<readonly MetricEntry[]>;
  /** Ends the threads; reads that are under way reject. */
  close(): Promise<void>;
}

/** Two: a long log is read in two halves, and more would take the machine's cores from the training. */
const threads = 2;
/** Idle threads are ended after this: they hold some 10 MB each. */
const idleMs = 15_000;
/** A thread holds a piece and a digest; what it throws away is collected often, so that memory stays low (MB). */
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 4 };

interface Waiting {
  readonly task: ReaderTask;
  resolve(answer: Exclude<ReaderAnswer, { error: unknown }>): void;
  reject(error: unknown): void;
}

interface Reader {
  readonly worker: Worker;
  busyWith: Waiting | undefined;
}

/** Threads start when they are needed and end when they are not. `matcher` gives what `compileMatcher` made. */
export function createDigestReaders(matcher: () => WebAssembly.Module): DigestReaders {
  const readers = new Set<Reader>();
  const queue: Waiting[] = [];
  let idle: NodeJS.Timeout | undefined;

  function ask(task: ReaderTask): Promise<Exclude<ReaderAnswer, { error: unknown }>> {
    return new Promise((resolve, reject) => {
      queue.push({ task, resolve, reject });
      assign();
    });
  }

  function assign(): void {
    clearTimeout(idle);
    while (queue.length > 0) {
      const free = [...readers].find(({ busyWith }) => !busyWith) ?? (readers.size < threads && start());
      if (!free) return;
      give(free, queue.shift());
    }
    idle = setTimeout(() => void endIdle(), idleMs).unref();
  }

  function give(reader: Reader, waiting: Waiting | undefined): void {
    if (!waiting) return;
    reader.busyWith = waiting;
    reader.worker.ref();
    reader.worker.postMessage({ task: waiting.task, module: matcher() } satisfies AskedOfReader, []);
  }

  function start(): Reader {
    const worker = new Worker(workerUrl('services/metrics/digest/digest-worker.js'), { resourceLimits });
    const reader: Reader = { worker, busyWith: undefined };
    readers.add(reader);
    worker.unref();
    worker.on('message', (answer: ReaderAnswer) => {
      const waiting = free(reader);
      if ('error' in answer) waiting?.reject(answer.error);
      else waiting?.resolve(answer);
      assign();
    });
    worker.on('error', (error) => lose(reader, error));
    worker.on('exit', () => lose(reader, new Error('The thread that reads logs has ended')));
    return reader;
  }

  function free(reader: Reader): Waiting | undefined {
    const waiting = reader.busyWith;
    reader.busyWith = undefined;
    reader.worker.unref();
    return waiting;
  }

  function lose(reader: Reader, error: unknown): void {
    readers.delete(reader);
    free(reader)?.reject(error);
    assign();
  }

  async function endIdle(): Promise<void> {
    const ended = [...readers].filter(({ busyWith }) => !busyWith);
    for (const reader of ended) readers.delete(reader);
    await Promise.all(ended.map(({ worker }) => worker.terminate()));
  }

  return {
    async read(task) {
      const answer = await ask({ kind: 'read', task });
      if (!('read' in answer)) throw new Error('The thread that reads logs has answered another question');
      return answer.read;
    },
    async find(task) {
      const answer = await ask({ kind: 'find', task });
      if (!('found' in answer)) throw new Error('The thread that reads logs has answered another question');
      return answer.found;
    },
    async close() {
      for (const waiting of queue.splice(0))
        waiting.reject(new Error('The reading of logs has been stopped'));
      const ended = [...readers];
      await Promise.all(ended.map(({ worker }) => worker.terminate()));
      clearTimeout(idle);
    },
  };
}
