import type { GpuCard } from '../../../domain/gpu.js';

const timeoutMs = 10_000;
const bytesPerMiB = 1024 * 1024;

/**
 * The GPU of a Mac, as its driver registers it for everybody: use and memory. Temperature and power need root
 * (powermetrics(1)), so they are not read. Undefined where there is none that tells anything.
 *
 * @param memoryBytes of the whole machine: an Apple GPU has no memory of its own
 */
export async function readAppleGpu(
  env: Readonly<Record<string, string>>,
  memoryBytes: number,
): Promise<GpuCard | undefined> {
  const { execa } = await import('execa'); // At the first use: loading it takes as long as a tenth of the start.
  const result = await execa('ioreg', ['-r', '-d1', '-w0', '-c', 'IOAccelerator'], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: timeoutMs,
  });
  return result.failed ? undefined : parseIoreg(result.stdout, memoryBytes);
}

/** `"PerformanceStatistics" = {"In use system memory"=413663232,"Device Utilization %"=5,…}` and `"model" = "Apple M1 Pro"`. */
function parseIoreg(text: string, memoryBytes: number): GpuCard | undefined {
  const use = figureOf(text, 'Device Utilization %');
  const used = figureOf(text, 'In use system memory');
  if (use === undefined && used === undefined) return undefined;
  return {
    index: 0,
    name: /"model"\s*=\s*<?"([^"]{1,100})"/.exec(text)?.[1] ?? 'Apple GPU',
    ...(use !== undefined && { usePercent: use }),
    ...(used !== undefined && { usedMiB: Math.round(used / bytesPerMiB) }),
    totalMiB: Math.round(memoryBytes / bytesPerMiB),
  };
}

function figureOf(text: string, key: string): number | undefined {
  const match = new RegExp(`"${key}"\\s*=\\s*(\\d+)`).exec(text);
  return match ? Number(match[1]) : undefined;
}
