import type { GpuCard, GpuProgram } from '../../../domain/gpu.js';

/** The names last and between: they may hold commas. */
export const cardQuery =
  '--query-gpu=index,uuid,memory.used,memory.total,utilization.gpu,temperature.gpu,power.draw,power.limit,name';
export const programQuery = '--query-compute-apps=pid,process_name,used_memory,gpu_uuid';

/** `0, GPU-5d2a…, 312, 24576, 97, 71, 320.15, 350.00, NVIDIA GeForce RTX 3090`; undefined for any other line. */
export function readCardRow(line: string): GpuCard | undefined {
  const [index, uuid, used, total, use, temperature, power, limit, ...name] = fieldsOf(line);
  const number = numberOf(index);
  if (number === undefined || uuid === undefined) return undefined;
  return {
    index: number,
    uuid,
    name: name.join(', '),
    ...known('usedMiB', used),
    ...known('totalMiB', total),
    ...known('usePercent', use),
    ...known('temperatureCelsius', temperature),
    ...known('powerWatts', power),
    ...known('powerLimitWatts', limit),
  };
}

/** `4711, /usr/bin/python3, 8123, GPU-5d2a…`; undefined for any other line. The name may be `[Not Found]`. */
export function readProgramRow(line: string): GpuProgram | undefined {
  const row = fieldsOf(line);
  const pid = numberOf(row[0]);
  const gpuUuid = row.at(-1);
  if (row.length < 4 || pid === undefined || gpuUuid === undefined) return undefined;
  return { pid, name: row.slice(1, -2).join(', '), ...known('usedMiB', row.at(-2)), gpuUuid };
}

function fieldsOf(line: string): readonly string[] {
  return line.split(',').map((field) => field.trim());
}

/** `[N/A]` and `[Not Supported]` are no numbers. */
function numberOf(field: string | undefined): number | undefined {
  return field !== undefined && /^\d+(?:\.\d+)?$/.test(field) ? Number(field) : undefined;
}

function known<K extends string>(key: K, field: string | undefined): Partial<Record<K, number>> {
  const value = numberOf(field);
  const entry: Partial<Record<K, number>> = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}
