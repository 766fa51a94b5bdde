/**
 * The toolset's own score of a checkpoint, the higher the better: margin / KL for kto (0 where KL is not above 0), the negative loss for
 * sft. Undefined for other methods and where figures are missing. People know it from the toolset; near the start KL
 * is tiny, so it favours the earliest checkpoints.
 */
export function scoreOf(method: string, values: Readonly<Record<string, number>>): number | undefined {
  if (method === 'kto') {
    const { kl, 'rewards/margins': margin } = values;
    if (kl === undefined || margin === undefined) return undefined;
    return kl <= 0 ? 0 : margin / kl;
  }
  if (method !== 'sft' || values['loss'] === undefined) return undefined;
  return -values['loss'];
}
