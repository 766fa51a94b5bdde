import { describe, expect, test } from 'vitest';
import type { GpuCardView, GpuOverview, GpuSample } from '../../../src/domain/gpu.js';
import { drawChart } from '../../../src/services/charts/draw-chart.js';
import { gpuChart } from '../../../src/views/charts/gpu-chart.js';
import { gpuLine } from '../../../src/views/gpu-line.js';
import { gpuMessage } from '../../../src/views/gpu-message.js';
import { meter } from '../../../src/views/meter.js';
import { expectGolden } from './golden.js';
import { busyCard, noon } from './samples.js';

const minute = 60_000;

function hour(change: (minutesAgo: number) => Omit<GpuSample, 'at'>): GpuSample[] {
  return Array.from({ length: 121 }, (_, index) => {
    const minutesAgo = (120 - index) / 2;
    return { at: noon - minutesAgo * minute, ...change(minutesAgo) };
  });
}

const history = hour((ago) => ({
  usePercent: ago > 40 ? 0 : 90 + (ago % 7),
  usedMiB: ago > 40 ? 300 : 20_600,
  temperatureCelsius: ago > 40 ? 40 : 71 - ago / 4,
}));

function view(change: Partial<GpuCardView> = {}): GpuCardView {
  return { card: busyCard, programs: [], jobIds: [], history: [], ...change };
}

function overview(...cards: readonly GpuCardView[]): GpuOverview {
  return { state: { name: 'read' }, cards, at: noon };
}

const idle = { ...busyCard, index: 1, usePercent: 0, usedMiB: 312, temperatureCelsius: 38, powerWatts: 21.4 };
const training = { pid: 4242, name: '/opt/conda/envs/unsloth_latest/bin/python', usedMiB: 19_800, jobId: 12 };
const nasty = '``` @everyone <@&7> \u202eevil\u202c שלום 🦥 漢字\u{7}'.padEnd(200, 'ä🦥');
const bare = { index: 3, name: nasty };

const overviews: readonly (readonly [string, GpuOverview])[] = [
  ['absent', { state: { name: 'absent' }, cards: [], at: noon }],
  ['looking', { state: { name: 'looking' }, cards: [], at: noon }],
  ['failing', { state: { name: 'failing', why: `NVIDIA-SMI has failed ${nasty}` }, cards: [], at: noon }],
  ['silent', overview()],
  ['idle', overview(view({ card: { ...idle, index: 0 } }))],
  [
    'busy',
    overview(
      view({ history, jobIds: [12], programs: [training, { pid: 1020, name: 'Xorg', usedMiB: 310 }] }),
    ),
  ],
  // WSL names no programs; a Mac tells neither heat nor power.
  ['no-programs', overview(view({ jobIds: [12] }))],
  [
    'mac',
    overview(
      view({
        card: { index: 0, name: 'Apple M1 Pro', usePercent: 64, usedMiB: 9000, totalMiB: 16_384 },
        jobIds: [3],
      }),
    ),
  ],
  ['hot', overview(view({ card: { ...busyCard, temperatureCelsius: 91 }, jobIds: [12] }))],
  ['full', overview(view({ card: { ...busyCard, usedMiB: 24_400 } }), view({ card: idle }))],
  ['two', overview(view({ jobIds: [12], programs: [training] }), view({ card: idle }))],
  [
    'extreme',
    overview(
      view({
        card: {
          ...bare,
          usedMiB: 1e9,
          totalMiB: 1,
          temperatureCelsius: 1e-9,
          powerWatts: 1e9,
          powerLimitWatts: 1e-9,
        },
      }),
      ...Array.from({ length: 15 }, (_, index) =>
        view({
          card: { ...bare, index },
          jobIds: [1e9],
          programs: Array.from({ length: 40 }, (_, pid) => ({ pid, name: nasty, usedMiB: 1e9 })),
        }),
      ),
    ),
  ],
];

describe('the message of /gpu', () => {
  test.each(overviews)('%s', async (name, given) => {
    const chart = gpuChart(given) ? Buffer.from('png') : undefined;
    await expectGolden(`gpu-${name}`, gpuMessage(given, chart ? { chart } : {}));
  });

  test('leaves a card that tells nothing in words', () => {
    expect(gpuLine({ index: 1, name: 'B' })).toBe('GPU 1: its driver tells nothing');
  });

  test('has a bar that is full at all alone and empty at nothing alone', () => {
    expect([0, 1e-9, 0.5, 0.999, 1, 1e9, Number.NaN].map(meter)).toEqual([
      '▱▱▱▱▱▱▱▱▱▱',
      '▰▱▱▱▱▱▱▱▱▱',
      '▰▰▰▰▰▱▱▱▱▱',
      '▰▰▰▰▰▰▰▰▰▱',
      '▰▰▰▰▰▰▰▰▰▰',
      '▰▰▰▰▰▰▰▰▰▰',
      '▱▱▱▱▱▱▱▱▱▱',
    ]);
  });
});

describe('the picture of /gpu', () => {
  test('shows use above, memory and heat below, over the last hour', () => {
    const spec = gpuChart(overview(view({ history })));
    expect(spec?.x).toMatchObject({ min: -60, max: 0 });
    expect(spec?.panels.map(({ left, right }) => [left.label, left.max, right?.label])).toEqual([
      ['Use', 100, undefined],
      ['Memory', 24, 'Heat'],
    ]);
    expect(spec?.panels[0]?.series[0]?.points.at(0)).toEqual([-60, 0]);
    expect(drawChart(spec!).subarray(1, 4).toString()).toBe('PNG');
  });

  test('shows the minutes that were read while the bot is young', () => {
    const young = history.filter(({ at }) => at > noon - 7 * minute);
    const spec = gpuChart(overview(view({ history: young })));
    expect([spec?.x.min, spec?.title]).toEqual([-10, `${busyCard.name} · the last 10 minutes`]);
  });

  test('of several cards has a line for each', () => {
    const two = overview(view({ history }), view({ card: idle, history }));
    expect(gpuChart(two)?.panels.map(({ series }) => series.map(({ label }) => label))).toEqual([
      ['GPU 0', 'GPU 1'],
      ['GPU 0', 'GPU 1'],
    ]);
  });

  test('has a gap where nothing was read', () => {
    const torn = history.filter(({ at }) => at < noon - 30 * minute || at > noon - 10 * minute);
    const points = gpuChart(overview(view({ history: torn })))?.panels[0]?.series[0]?.points ?? [];
    expect(points.filter(([, value]) => Number.isNaN(value))).toHaveLength(1);
  });

  test('is none while there is nothing to draw', () => {
    expect(gpuChart(overview(view()))).toBeUndefined();
    expect(gpuChart(overview())).toBeUndefined();
    expect(gpuChart(overview(view({ history: history.slice(0, 1) })))).toBeUndefined();
  });
});
