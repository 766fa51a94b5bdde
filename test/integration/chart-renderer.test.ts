import { resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChartPanel, ChartSeries, ChartSpec } from '../../src/domain/chart.js';
import { createChartRenderer, type ChartRendererParts } from '../../src/services/charts/chart-renderer.js';
import { waitFor } from '../helpers/wait-for.js';

const blue = [0x56, 0xb4, 0xe9] as const;
const orange = [0xe6, 0x9f, 0x00] as const;
const ground = [0x2b, 0x2d, 0x31] as const;

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((renderer) => renderer.stop()));
});

function open(parts: Partial<ChartRendererParts> = {}) {
  const warnings: string[] = [];
  const renderer = createChartRenderer({ log: { warn: (_, text) => warnings.push(text) }, ...parts });
  opened.push(renderer);
  return { ...renderer, warnings };
}

/** Starts the real worker, and remembers each. */
function realWorkers() {
  const started: Worker[] = [];
  const url = pathToFileURL(resolve('dist/src/services/charts/chart-worker.js'));
  const startWorker = () => {
    const worker = new Worker(url, { execArgv: [] });
    started.push(worker);
    return worker;
  };
  return { started, startWorker };
}

function line(valueAt: (index: number) => number, count = 200): ChartSeries {
  const points = Array.from({ length: count }, (_, index) => [index, valueAt(index)] as const);
  return { label: 'Loss', value: '0.5', colour: 0, axis: 'left', points };
}

function spec(series: readonly ChartSeries[], change: Partial<ChartSpec> & Partial<ChartPanel> = {}) {
  const { title = 'Job 12', x = { label: 'step', scale: 'linear' }, ...panel } = change;
  const left = { label: 'loss', scale: 'linear' } as const;
  const made: ChartSpec = { widthPx: 800, heightPx: 450, title, x, panels: [{ left, series, ...panel }] };
  return made;
}

/** Below the title and the legend, right of the axis: nothing but the plot. */
const plot = { left: 160, top: 100, right: 760, bottom: 370 };

async function decode(png: Buffer) {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  function columnsOf(colour: readonly number[], from = plot.left, to = plot.right): number[] {
    const columns: number[] = [];
    for (let x = from; x < to; x += 1) {
      for (let y = plot.top; y < plot.bottom; y += 1) {
        const at = 4 * (y * image.width + x);
        if (colour.every((part, index) => Math.abs((data[at + index] ?? 0) - part) <= 3)) {
          columns.push(x);
          break;
        }
      }
    }
    return columns;
  }
  const pixel = (x: number, y: number) => Array.from(data.subarray(4 * (y * image.width + x)).subarray(0, 3));
  return { width: image.width, height: image.height, columnsOf, pixel };
}

describe('a chart', () => {
  it('is a PNG of the size asked for, with each line in its colour across the plot', async () => {
    const second = { ...line((index) => index / 200 + 0.9), colour: 1, label: 'Eval loss' };
    const image = await decode(await open().render(spec([line((index) => index / 200), second])));
    expect([image.width, image.height]).toEqual([800, 450]);
    expect(image.pixel(2, 2)).toEqual([...ground]);
    expect(image.columnsOf(blue)).toHaveLength(plot.right - plot.left);
    expect(image.columnsOf(orange)).toHaveLength(plot.right - plot.left);
  });

  it('has nothing of the line where values are not finite', async () => {
    const image = await decode(
      await open().render(spec([line((index) => (index >= 80 && index <= 120 ? NaN : Math.sin(index)))])),
    );
    const columns = image.columnsOf(blue);
    const gaps = columns.flatMap((x, index) => {
      const before = columns[index - 1] ?? x;
      return x - before > 3 ? [x - before] : [];
    });
    // 42 of 199 steps of a plot some 680 px wide.
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toBeGreaterThan(120);
    expect(gaps[0]).toBeLessThan(160);
  });

  it('shows a value between two gaps as a dot', async () => {
    const alone = await decode(
      await open().render(
        spec([line((index) => (index === 100 ? 0.5 : index < 5 || index > 195 ? 0 : NaN))]),
      ),
    );
    const columns = alone.columnsOf(blue, 300, 700);
    expect(columns.length).toBeGreaterThanOrEqual(6);
    expect(columns.length).toBeLessThanOrEqual(14);
  });

  it.each([
    ['top', (index: number) => (index === 0 ? 0 : 0.94)],
    ['bottom', (index: number) => (index === 0 ? 1 : 0.06)],
  ] as const)('has the label of a mark where it hides no curve that runs at the %s', async (_, valueAt) => {
    const marks = [{ kind: 'recommended', x: 100, label: 'checkpoint 100' }] as const;
    const image = await decode(await open().render(spec([line(valueAt)], { marks })));
    // But for the dots of the mark's own line.
    expect(plot.right - plot.left - image.columnsOf(blue).length).toBeLessThanOrEqual(5);
  });

  it('shows marks, levels and bands in their colours', async () => {
    const { render } = open();
    const series = [line((index) => Math.sin(index / 20))];
    const bare = await decode(await render(spec(series)));
    const marked = await decode(
      await render(
        spec(series, {
          marks: [
            { kind: 'checkpoint', x: 80 },
            { kind: 'recommended', x: 120, label: '★ 120' },
            { kind: 'fault', x: 160, label: 'NaN' },
          ],
        }),
      ),
    );
    const [white, green, red] = [
      [0xdb, 0xde, 0xe1],
      [0x57, 0xf2, 0x87],
      [0xff, 0x6b, 0x6b],
    ] as const;
    for (const colour of [white, green, red]) expect(bare.columnsOf(colour)).toEqual([]);
    const middle = (columns: readonly number[]) => columns[Math.floor(columns.length / 2)] ?? 0;
    expect(middle(marked.columnsOf(white))).toBeLessThan(marked.columnsOf(green)[0] ?? 0);
    expect(marked.columnsOf(green).at(-1)).toBeLessThan(marked.columnsOf(red)[0] ?? 0);
    const levelled = await decode(await render(spec(series, { levels: [{ y: 0.5, label: 'limit' }] })));
    expect(levelled.columnsOf(red).length).toBeGreaterThan(150);
  });

  it.each([
    ['one value', () => 0.5],
    ['zeros', () => 0],
    ['tiny values', (index: number) => 1e-9 * index],
    ['large values', (index: number) => 1e9 + index],
    [
      'the largest double',
      (index: number) => (index % 2 ? 1 : -1) * Number.MAX_VALUE * (index < 100 ? 1 : 1e-10),
    ],
    ['the smallest double', () => Number.MIN_VALUE],
    ['nothing finite', () => NaN],
  ])('is drawn of %s, on either kind of axis', async (_, valueAt) => {
    const { render } = open();
    for (const scale of ['linear', 'log'] as const) {
      const png = await render(spec([line(valueAt)], { left: { label: 'loss', scale } }));
      expect((await decode(png)).width).toBe(800);
    }
  });

  it('is drawn with foreign letters, emoji and a title without end', async () => {
    const title = `🚀 損失 خسارة \u{d800} ${'very long '.repeat(200)}`;
    const png = await open().render(spec([{ ...line(() => 1), label: title }], { title }));
    const image = await decode(png);
    // The ground at the right edge: the title was cut.
    for (let y = 0; y < 46; y += 1) expect(image.pixel(795, y)).toEqual([...ground]);
  });
});

describe('the chart renderer', () => {
  it('starts a worker with the first chart only, and one for all', async () => {
    const { started, startWorker } = realWorkers();
    const { render } = open({ startWorker });
    expect(started).toHaveLength(0);
    const pngs = await Promise.all([1, 2, 3].map((value) => render(spec([line(() => value)]))));
    expect(new Set(pngs.map((png) => png.toString('base64'))).size).toBe(3);
    expect(started).toHaveLength(1);
  });

  it('rejects the chart during which its worker dies, and draws the next with another', async () => {
    const { started, startWorker } = realWorkers();
    const { render, warnings } = open({ startWorker });
    const dying = render(spec([line(() => 1)]));
    const queued = render(spec([line(() => 2)]));
    const rejected = expect(dying).rejects.toThrow('The chart worker ended with code');
    await started[0]?.terminate();
    await rejected;
    expect((await decode(await queued)).width).toBe(800);
    expect(started).toHaveLength(2);
    expect(warnings).toEqual(['the chart worker is replaced']);
  });

  it('gives a chart up that takes too long, and draws the next with another worker', async () => {
    const { startWorker } = realWorkers();
    const starts = [
      () => new Worker('setInterval(() => {}, 1000)', { eval: true, execArgv: [] }),
      startWorker,
    ];
    const { render } = open({ startWorker: () => (starts.shift() ?? startWorker)(), timeLimitMs: 3000 });
    const late = expect(render(spec([line(() => 1)]))).rejects.toThrow('longer than 3000 ms');
    const next = render(spec([line(() => 2)]));
    await late;
    expect((await decode(await next)).width).toBe(800);
  });

  it('rejects a chart that cannot be drawn, and draws the next with the same worker', async () => {
    const { started, startWorker } = realWorkers();
    const { render } = open({ startWorker });
    await expect(render({ ...spec([]), widthPx: 1e9 })).rejects.toThrow('is not drawn');
    await expect(render({ ...spec([]), panels: [] })).rejects.toThrow('needs a panel');
    await expect(render(spec([]))).rejects.toThrow('no finite x range');
    await render(spec([line(() => 1)]));
    expect(started).toHaveLength(1);
  });

  it('ends its worker when nothing is drawn for a while', async () => {
    const { started, startWorker } = realWorkers();
    const { render, warnings } = open({ startWorker, idleMs: 1 });
    await render(spec([line(() => 1)]));
    // A worker that ended has no thread.
    await waitFor(() => started[0]?.threadId === -1);
    await render(spec([line(() => 2)]));
    expect(started).toHaveLength(2);
    expect(warnings).toEqual([]);
  });

  it('lets the process end while its worker is idle', async () => {
    const script = `
      const { createChartRenderer } = await import('./dist/src/services/charts/chart-renderer.js');
      const renderer = createChartRenderer({ log: { warn: console.error } });
      const png = await renderer.render(${JSON.stringify(spec([line(() => 1)]))});
      console.log(png.subarray(1, 4).toString());`;
    const { stdout } = await execa('node', ['--input-type=module', '-e', script], { timeout: 20_000 });
    expect(stdout).toBe('PNG');
  });

  it('rejects what waits when it is stopped, and whatever comes after', async () => {
    const renderer = open();
    const charts = [1, 2].map((value) => renderer.render(spec([line(() => value)])));
    const settled = Promise.allSettled(charts);
    await renderer.stop();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(renderer.render(spec([line(() => 1)]))).rejects.toThrow('was stopped');
  });

  it('leaves the event loop free', async () => {
    const { render } = open();
    await render(spec([line(() => 1)]));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (let round = 0; round < 10; round += 1) {
      await render(spec([line((index) => Math.sin(index * round), 5000)]));
    }
    delay.disable();
    // Drawing takes 15 to 40 ms each time; what is left here is the copy of the points.
    expect(delay.percentile(80) / 1e6).toBeLessThan(12);
  });
});
