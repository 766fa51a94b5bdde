import { Worker } from 'node:worker_threads';
import { workerUrl } from '../worker-url.js';
import type { HashTask, HashWord } from './hash-task.js';

/** The thread holds one piece of a file. */
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

/**
 * Hashes of files, in their order, made in a thread of its own: a merged model takes it half a minute. Rejects with what
 * the file system says, and with the signal's reason. `onBytes`: so many are done, in the file with this index.
 */
export async function hashFiles(
  tasks: readonly HashTask[],
  options: {
    readonly signal?: AbortSignal;
    readonly onBytes?: (doneBytes: number, index: number) => void;
  } = {},
): Promise<readonly string[]> {
  const { signal, onBytes } = options;
  if (tasks.length === 0) return [];
  signal?.throwIfAborted();
  const worker = new Worker(workerUrl('services/upload-jobs/hash-worker.js'), { resourceLimits });
  try {
    return await new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(reasonOf(signal)), { once: true });
      worker.on('message', (word: HashWord) => {
        if ('hashes' in word) resolve(word.hashes);
        else if ('error' in word) reject(word.error instanceof Error ? word.error : new Error('Not hashed'));
        else onBytes?.(word.doneBytes, word.index);
      });
      worker.postMessage(tasks, []);
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('The thread that hashes files has ended.')));
    });
  } finally {
    await worker.terminate();
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('Aborted');
}
