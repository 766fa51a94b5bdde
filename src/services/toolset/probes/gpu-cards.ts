import type { GpuCard, GpuProgram } from '../../../domain/gpu.js';
import { queryGpus } from './gpu-query.js';
import { cardQuery, programQuery, readCardRow, readProgramRow } from './gpu-rows.js';

/** The GPUs of this host now; empty where there is none, or no nvidia-smi that answers. */
export async function readGpuCards(env: Readonly<Record<string, string>>): Promise<readonly GpuCard[]> {
  return rowsOf(await queryGpus(cardQuery, env), readCardRow);
}

/** The programs on the GPUs of this host now; empty where none is told. */
export async function readGpuPrograms(env: Readonly<Record<string, string>>): Promise<readonly GpuProgram[]> {
  return rowsOf(await queryGpus(programQuery, env), readProgramRow);
}

function rowsOf<T>(csv: string | undefined, read: (line: string) => T | undefined): readonly T[] {
  return (csv ?? '')
    .split('\n')
    .map(read)
    .filter((row) => row !== undefined);
}
