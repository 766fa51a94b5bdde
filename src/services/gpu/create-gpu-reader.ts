import { totalmem } from 'node:os';
import type { GpuCard, GpuProgram, GpuSample, GpuState } from '../../domain/gpu.js';
import { csvFormat } from '../toolset/probes/gpu-query.js';
import { cardQuery, programQuery, readCardRow, readProgramRow } from '../toolset/probes/gpu-rows.js';
import { createGpuHistory } from './gpu-history.js';
import { readAppleGpu } from './probes/apple-gpu.js';
import { followLines } from './probes/follow-lines.js';

export interface GpuReaderParts {
  /** The bot's own environment, without secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Time between two readings, ms. */
  readonly everyMs?: number;
  /** Default: that of this machine. */
  readonly platform?: NodeJS.Platform;
  /** The first wait before a reader that ended is started again, ms; it doubles. */
  readonly firstRetryMs?: number;
}

/** A card, and when it was read, epoch ms. */
export interface ReadCard {
  readonly card: GpuCard;
  readonly at: number;
}

/** Reads the cards of this host for as long as it runs. */
export interface GpuReader {
  start(): void;
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
  state(): GpuState;
  /** As they were last read, by index; those of which nothing was heard lately are left out. */
  cards(): readonly ReadCard[];
  programs(): readonly GpuProgram[];
  /** The last hour, oldest first. */
  history(index: number): readonly GpuSample[];
}

/** A reading is believed for so many times the time between two. */
const believed = 3;

/** Two long-lived nvidia-smi, one for the cards and one for their programs; on a Mac the driver's register now and then. */
export function createGpuReader(parts: GpuReaderParts): GpuReader {
  const { clock, everyMs = 5000, platform = process.platform } = parts;
  const history = createGpuHistory();
  const cards = new Map<number, ReadCard>();
  const programs = new Map<string, { readonly program: GpuProgram; readonly at: number }>();
  let state: GpuState = { name: 'looking' };

  function keepCard(card: GpuCard | undefined): void {
    if (!card) return;
    const at = clock();
    state = { name: 'read' };
    cards.set(card.index, { card, at });
    history.add(card, at);
  }

  const isFresh = ({ at }: { readonly at: number }): boolean => Math.abs(clock() - at) <= believed * everyMs;

  const shared = { ...parts, everyMs, keepCard, onState: (next: GpuState) => void (state = next) };
  const source =
    platform === 'darwin'
      ? createAppleSource(shared)
      : createNvidiaSource(shared, (program) => {
          programs.set(`${program.pid} ${program.gpuUuid}`, { program, at: clock() });
        });
  return {
    start: source.start,
    stop: source.stop,
    state: () => state,
    cards: () => [...cards.values()].filter(isFresh).toSorted((a, b) => a.card.index - b.card.index),
    programs() {
      for (const [key, one] of programs) if (!isFresh(one)) programs.delete(key);
      return [...programs.values()].map(({ program }) => program);
    },
    history: (index) => history.list(index, clock()),
  };
}

interface SourceParts extends GpuReaderParts {
  readonly everyMs: number;
  readonly keepCard: (card: GpuCard | undefined) => void;
  readonly onState: (state: GpuState) => void;
}

type Source = Pick<GpuReader, 'start' | 'stop'>;

/** `nvidia-smi` in its loop mode tells when it fails, and is started again; where there is none it stays away. */
function createNvidiaSource(parts: SourceParts, keepProgram: (program: GpuProgram) => void): Source {
  const { env, everyMs, keepCard, onState, firstRetryMs } = parts;
  const smi = (query: string) => ['nvidia-smi', query, csvFormat, `--loop-ms=${everyMs}`];
  const shared = { env, ...(firstRetryMs !== undefined && { firstRetryMs }) };
  const programs = followLines({
    ...shared,
    argv: smi(programQuery),
    onLine(line) {
      const program = readProgramRow(line);
      if (program) keepProgram(program);
    },
    onEnd: () => undefined,
  });
  let lastLine = '';
  const cards = followLines({
    ...shared,
    argv: smi(cardQuery),
    // Its first answer may take seconds where the driver sleeps.
    quietMs: Math.max(20_000, 4 * everyMs),
    onLine(line) {
      const card = readCardRow(line);
      // "No devices were found", "Unable to determine the device handle …": said on standard output.
      if (!card && line.trim() !== '') lastLine = line.trim().slice(0, 300);
      // Its programs are asked for once there is a card.
      if (card) programs.start();
      keepCard(card);
    },
    onEnd({ absent, why }) {
      onState(absent ? { name: 'absent' } : { name: 'failing', why: lastLine === '' ? why : lastLine });
      lastLine = '';
    },
  });
  return {
    start: cards.start,
    stop: async () => void (await Promise.all([cards.stop(), programs.stop()])),
  };
}

/** ioreg(8) has no loop mode: it is asked anew each time, half as often. */
function createAppleSource({ env, everyMs, keepCard, onState }: SourceParts): Source {
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;
  async function read(): Promise<void> {
    const card = await readAppleGpu(env, totalmem());
    keepCard(card);
    if (!card) onState({ name: 'absent' });
  }
  function poll(): void {
    reading ??= read().finally(() => {
      reading = undefined;
    });
  }
  return {
    start() {
      poll();
      timer = setInterval(poll, 2 * everyMs).unref();
    },
    async stop() {
      clearInterval(timer);
      await reading;
    },
  };
}
