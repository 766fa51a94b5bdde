import type { GpuCard } from '../domain/gpu.js';

const mibPerGib = 1024;

/** A card in one line of a phone: `GPU 0: 97 %, 20.1/24 GiB, 71 °C, 320 W`. What the driver does not tell is left out. */
export function gpuLine(card: GpuCard): string {
  const { index, usePercent, temperatureCelsius, powerWatts } = card;
  const parts = [
    usePercent === undefined ? undefined : `${whole(usePercent)} %`,
    memoryText(card, '/'),
    temperatureCelsius === undefined ? undefined : `${whole(temperatureCelsius)} °C`,
    powerWatts === undefined ? undefined : `${whole(powerWatts)} W`,
  ].filter((part) => part !== undefined);
  return `GPU ${index}: ${parts.length === 0 ? 'its driver tells nothing' : parts.join(', ')}`;
}

/** `20.1 of 24 GiB`; undefined where no use is told. */
export function memoryText({ usedMiB, totalMiB }: GpuCard, of = ' of '): string | undefined {
  if (usedMiB === undefined) return undefined;
  return totalMiB === undefined ? `${gib(usedMiB)} GiB` : `${gib(usedMiB)}${of}${gib(totalMiB)} GiB`;
}

/** GiB as cards are sold by, with a digit where it says something: `0.3`, `23.9`, `24`. */
export function gib(mib: number): string {
  return String(Number((mib / mibPerGib).toFixed(1)));
}

export function whole(value: number): string {
  return value.toFixed(0);
}
