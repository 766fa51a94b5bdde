import { csvNumber, csvRows, queryGpus } from './gpu-query.js';

/** A program that holds memory of a GPU. */
export interface GpuProcess {
  readonly pid: number;
  readonly name: string;
  /** Absent where the driver does not tell it (`[N/A]`, e.g. on WSL). */
  readonly usedMiB?: number;
}

export interface GpuCard {
  readonly index: number;
  readonly name: string;
  readonly usedMiB?: number;
  readonly totalMiB?: number;
}

export interface GpuUse {
  readonly cards: readonly GpuCard[];
  readonly processes: readonly GpuProcess[];
}

/** What nvidia-smi says of cards and of the programs on them; undefined where there is none or it does not answer. */
export async function readGpuUse(env: Readonly<Record<string, string>>): Promise<GpuUse | undefined> {
  const [cards, processes] = await Promise.all([
    queryGpus('--query-gpu=index,name,memory.used,memory.total', env),
    queryGpus('--query-compute-apps=pid,process_name,used_memory', env),
  ]);
  if (cards === undefined || processes === undefined) return undefined;
  return { cards: parseCards(cards), processes: parseProcesses(processes) };
}

/** `0, NVIDIA GeForce RTX 3090, 312, 24576` */
function parseCards(csv: string): readonly GpuCard[] {
  return csvRows(csv).flatMap((row): GpuCard[] => {
    const [index, name, used, total] = [row[0], row.slice(1, -2).join(', '), row.at(-2), row.at(-1)];
    const number = csvNumber(index);
    if (row.length < 4 || number === undefined) return [];
    return [{ index: number, name, ...memory('usedMiB', used), ...memory('totalMiB', total) }];
  });
}

/** `4711, /usr/bin/python3, 8123`; the name may hold commas, or be `[Not Found]`. */
function parseProcesses(csv: string): readonly GpuProcess[] {
  return csvRows(csv).flatMap((row): GpuProcess[] => {
    const pid = csvNumber(row[0]);
    if (row.length < 3 || pid === undefined) return [];
    return [{ pid, name: row.slice(1, -1).join(', '), ...memory('usedMiB', row.at(-1)) }];
  });
}

function memory<K extends string>(key: K, field: string | undefined): Partial<Record<K, number>> {
  const value = csvNumber(field);
  const entry: Partial<Record<K, number>> = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}
