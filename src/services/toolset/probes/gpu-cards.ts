import { csvNumber, csvRows, queryGpus } from './gpu-query.js';

export interface GpuIdentity {
  /** As nvidia-smi counts, in the order of the PCI bus. */
  readonly index: number;
  readonly uuid: string;
  /** Absent where the driver does not tell it. */
  readonly usedMiB?: number;
}

/** A program on one card; of a program on several there are several. */
export interface GpuHolder {
  readonly pid: number;
  readonly name: string;
  /** Absent where the driver does not tell it (`[N/A]`, e.g. on WSL). */
  readonly usedMiB?: number;
  readonly gpuUuid: string;
}

/** The GPUs of this host; empty where there is none, or no nvidia-smi that answers. */
export async function readGpuCards(env: Readonly<Record<string, string>>): Promise<readonly GpuIdentity[]> {
  const csv = await queryGpus('--query-gpu=index,uuid,memory.used', env);
  return csvRows(csv ?? '').flatMap(([index, uuid, used]): GpuIdentity[] => {
    const number = csvNumber(index);
    if (number === undefined || uuid === undefined) return [];
    return [{ index: number, uuid, ...memoryOf(used) }];
  });
}

/** The programs on the GPUs of this host; empty where none is told. */
export async function readGpuHolders(env: Readonly<Record<string, string>>): Promise<readonly GpuHolder[]> {
  const csv = await queryGpus('--query-compute-apps=pid,process_name,used_memory,gpu_uuid', env);
  return csvRows(csv ?? '').flatMap((row): GpuHolder[] => {
    const pid = csvNumber(row[0]);
    const gpuUuid = row.at(-1);
    if (row.length < 4 || pid === undefined || gpuUuid === undefined) return [];
    // The name may hold commas.
    return [{ pid, name: row.slice(1, -2).join(', '), ...memoryOf(row.at(-2)), gpuUuid }];
  });
}

function memoryOf(field: string | undefined): { readonly usedMiB?: number } {
  const usedMiB = csvNumber(field);
  return usedMiB === undefined ? {} : { usedMiB };
}
