import type { GpuCard, GpuCardView, GpuOverview, NamedProgram } from '../../domain/gpu.js';
import type { Job } from '../../domain/job.js';
import type { GpuReading } from '../../domain/sentinel/rule.js';
import type { JobStore } from '../jobs/ports.js';
import type { GpuReader, ReadCard } from './create-gpu-reader.js';
import { findProcessGroup } from './process-group.js';

const bytesPerMiB = 1024 * 1024;

export interface GpuDeskParts {
  readonly reader: Pick<GpuReader, 'state' | 'cards' | 'programs' | 'history'>;
  readonly jobs: Pick<JobStore, 'listActive'>;
  /** GPU indexes among the slots. */
  readonly gpus: readonly number[];
  /** Epoch ms. */
  readonly clock: () => number;
}

/** What commands, messages and the sentinel may know of the cards. */
export interface GpuDesk {
  overview(): Promise<GpuOverview>;
  /** The card that this job has, as it was last read. Undefined: it has none, or nothing was heard of it lately. */
  cardOf(job: Job): GpuCard | undefined;
  /** The same as the sentinel takes it. */
  readingOf(job: Job): GpuReading | undefined;
}

export function createGpuDesk({ reader, jobs, gpus, clock }: GpuDeskParts): GpuDesk {
  function find({ slot }: Job): ReadCard | undefined {
    if (slot === undefined) return undefined;
    const cards = reader.cards();
    // The one GPU of a Mac is nobody's slot: whatever runs there runs on it.
    if (gpus.length === 0) return cards.find(({ card }) => card.uuid === undefined);
    return gpus.includes(slot) ? cards.find(({ card }) => card.index === slot) : undefined;
  }

  async function namePrograms(active: readonly Job[], card: GpuCard): Promise<readonly NamedProgram[]> {
    const groups = new Map(
      active.flatMap(({ id, state }) => (state.name === 'running' ? [[state.process.pid, id]] : [])),
    );
    const own = reader.programs().filter(({ gpuUuid }) => gpuUuid === card.uuid);
    const named = await Promise.all(
      own.map(async ({ pid, name, usedMiB }): Promise<NamedProgram> => {
        const group = await findProcessGroup(pid, [...groups.keys()]);
        const jobId = group === undefined ? undefined : groups.get(group);
        return {
          pid,
          name,
          ...(usedMiB !== undefined && { usedMiB }),
          ...(jobId !== undefined && { jobId }),
        };
      }),
    );
    return named.toSorted((a, b) => (b.usedMiB ?? 0) - (a.usedMiB ?? 0) || a.pid - b.pid);
  }

  return {
    async overview() {
      const active = jobs.listActive();
      const cards = await Promise.all(
        reader.cards().map(async ({ card }): Promise<GpuCardView> => {
          const jobIds = active.filter((job) => find(job)?.card.index === card.index).map(({ id }) => id);
          const programs = await namePrograms(active, card);
          return { card, programs, jobIds, history: reader.history(card.index) };
        }),
      );
      return { state: reader.state(), cards, at: clock() };
    },
    cardOf: (job) => find(job)?.card,
    readingOf(job) {
      const found = find(job);
      if (!found) return undefined;
      const { usePercent, temperatureCelsius, usedMiB, totalMiB } = found.card;
      return {
        atMs: found.at,
        ...(usePercent !== undefined && { usePercent }),
        ...(temperatureCelsius !== undefined && { temperatureCelsius }),
        ...(usedMiB !== undefined && { memoryUsedBytes: usedMiB * bytesPerMiB }),
        ...(totalMiB !== undefined && { memoryTotalBytes: totalMiB * bytesPerMiB }),
      };
    },
  };
}
