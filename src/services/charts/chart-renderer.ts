import { Worker } from 'node:worker_threads';
import type { ChartSpec } from '../../domain/chart.js';
import type { Log } from '../jobs/job-changes.js';
import { workerUrl } from '../worker-url.js';
import type { ChartAnswer, ChartRequest } from './protocol.js';

export interface ChartRenderer {
  /** A PNG. Rejects when the picture cannot be drawn, takes too long, or the renderer was stopped. */
  render(spec: ChartSpec): Promise<Buffer>;
  /** Ends the worker; what was not drawn by now is rejected. */
  stop(): Promise<void>;
}

export interface ChartRendererParts {
  readonly log: Pick<Log, 'warn'>;
  /** The longest a picture may take, the start of the worker included. */
  readonly timeLimitMs?: number;
  /** The worker ends when nothing was drawn for so long: it holds 70 to 150 MB. */
  readonly idleMs?: number;
  readonly startWorker?: () => Worker;
}

interface Task {
  readonly spec: ChartSpec;
  readonly resolve: (png: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** A worker's own heap may grow to this; pictures need a tenth. Canvas memory is outside of it. */
const maxHeapMb = 256;

function startChartWorker(): Worker {
  return new Worker(workerUrl('services/charts/chart-worker.js'), {
    name: 'charts',
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
}

/**
 * Draws charts in a worker thread, one at a time and in order. The worker starts with the first chart, so that the
 * libraries never load in the main thread and not at all without a chart; one that dies is replaced at the next chart.
 */
export function createChartRenderer(parts: ChartRendererParts): ChartRenderer {
  const { log, timeLimitMs = 10_000, idleMs = 5 * 60_000, startWorker = startChartWorker } = parts;
  const waiting: Task[] = [];
  let worker: Worker | undefined;
  let current: Task | undefined;
  let limit: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  let stopped = false;

  function finish(settle: (task: Task) => void): void {
    clearTimeout(limit);
    const task = current;
    current = undefined;
    if (task) settle(task);
    drawNext();
  }

  /** Each worker answers for itself alone: what an abandoned one still says is not heard. */
  function openWorker(): Worker {
    const opened = startWorker();
    opened.on('message', (answer: ChartAnswer) => {
      if (worker !== opened) return;
      finish((task) =>
        answer.ok ? task.resolve(Buffer.from(answer.png)) : task.reject(new Error(answer.error)),
      );
    });
    opened.on('error', (cause) => abandon(opened, new Error('The chart worker failed', { cause })));
    opened.on('exit', (code) => abandon(opened, new Error(`The chart worker ended with code ${code}`)));
    return opened;
  }

  function abandon(which: Worker, reason: Error): void {
    if (worker !== which) return;
    worker = undefined;
    log.warn({ err: reason }, 'the chart worker is replaced');
    void which.terminate();
    finish((task) => task.reject(reason));
  }

  function drawNext(): void {
    if (current) return;
    current = waiting.shift();
    if (!current) return rest();
    clearTimeout(idle);
    const running = (worker ??= openWorker());
    // A picture on its way keeps the process, an idle worker does not.
    running.ref();
    limit = setTimeout(
      () => abandon(running, new Error(`The chart took longer than ${timeLimitMs} ms`)),
      timeLimitMs,
    );
    running.postMessage({ spec: current.spec } satisfies ChartRequest);
  }

  function rest(): void {
    worker?.unref();
    clearTimeout(idle);
    idle = setTimeout(() => void endWorker(), idleMs).unref();
  }

  async function endWorker(): Promise<void> {
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  }

  return {
    render(spec) {
      return new Promise((resolve, reject) => {
        if (stopped) return reject(new Error('The chart renderer was stopped'));
        waiting.push({ spec, resolve, reject });
        drawNext();
      });
    },
    async stop() {
      stopped = true;
      const left = waiting.splice(0);
      const ending = endWorker();
      finish((task) => left.unshift(task));
      clearTimeout(idle);
      for (const task of left) task.reject(new Error('The chart renderer was stopped'));
      await ending;
    },
  };
}
