import { parentPort } from 'node:worker_threads';
import { drawChart } from './draw-chart.js';
import type { ChartAnswer, ChartRequest } from './protocol.js';

function answerTo({ spec }: ChartRequest): ChartAnswer {
  try {
    return { ok: true, png: drawChart(spec) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (request: ChartRequest) => {
  parentPort?.postMessage(answerTo(request));
});
