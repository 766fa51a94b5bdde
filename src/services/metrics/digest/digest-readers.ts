import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../worker-url.js';
import type { ReadResult, ReadTask } from './read-task.js';

/** Threads that read logs. */
export interface DigestReaders {
  /** Rejects with what the file system says. */
  read(task: ReadTask): Promise<ReadResult>;
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
  readonly task: ReadTask;
  resolve(result: ReadResult): void;
  reject(error: unknown): void;
}

interface Reader {
  readonly worker: Worker;
  busyWith: Waiting | undefined;
}

type Answer = { readonly result: ReadResult } | { readonly error: unknown };

/** Threads start when they are needed and end when they are not. */
export function createDigestReaders(): DigestReaders {
  const readers = new Set<Reader>();
  const queue: Waiting[] = [];
  let idle: NodeJS.Timeout | undefined;

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
    reader.worker.postMessage(waiting.task, []);
  }

  function start(): Reader {
    const worker = new Worker(workerUrl('services/metrics/digest/digest-worker.js'), { resourceLimits });
    const reader: Reader = { worker, busyWith: undefined };
    readers.add(reader);
    worker.unref();
    worker.on('message', (answer: Answer) => {
      const waiting = free(reader);
      if ('result' in answer) waiting?.resolve(answer.result);
      else waiting?.reject(answer.error);
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
    read: (task) =>
      new Promise((resolve, reject) => {
        queue.push({ task, resolve, reject });
        assign();
      }),
    async close() {
      for (const waiting of queue.splice(0))
        waiting.reject(new Error('The reading of logs has been stopped'));
      const ended = [...readers];
      await Promise.all(ended.map(({ worker }) => worker.terminate()));
      clearTimeout(idle);
    },
  };
}
