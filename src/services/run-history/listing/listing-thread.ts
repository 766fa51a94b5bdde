import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../worker-url.js';
import type { AskedOfLister, ListerAnswer, RootChanges } from './protocol.js';

/** By root, in the order asked. */
export type Changes = readonly (RootChanges | undefined)[];

/** A thread that lists runs; asked one thing at a time. */
export interface ListingThread {
  /** Rejects when the thread ends, or with what went wrong in it. */
  ask(asked: AskedOfLister): Promise<Changes>;
  end(): Promise<void>;
}

/** What it remembers of 10,000 runs is a few MB. */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 4 };

/** Starts a thread. It does not keep the process alive but for a question that is open. */
export function startListingThread(): ListingThread {
  const worker = new Worker(workerUrl('services/run-history/listing/listing-worker.js'), {
    name: 'listing',
    execArgv: [],
    resourceLimits,
  });
  worker.unref();
  let ended: Error | undefined;
  const lost = (reason: Error): void => void (ended ??= reason);
  worker.on('error', lost);
  worker.on('exit', () => lost(new Error('The thread that lists runs has ended')));
  return {
    ask(asked) {
      if (ended) return Promise.reject(ended);
      worker.ref();
      return new Promise<Changes>((resolve, reject) => {
        const settle = (): void => {
          worker.off('message', heard);
          worker.off('exit', failed);
          worker.unref();
        };
        const heard = (answer: ListerAnswer): void => {
          settle();
          if ('error' in answer) reject(new Error('Runs could not be listed', { cause: answer.error }));
          else resolve(answer.changes);
        };
        // The first listener for `exit` has noted the reason before this one.
        const failed = (): void => {
          settle();
          reject(ended ?? new Error('The thread that lists runs has ended'));
        };
        worker.on('message', heard);
        worker.on('exit', failed);
        worker.postMessage(asked, []);
      });
    },
    async end() {
      await worker.terminate();
    },
  };
}
