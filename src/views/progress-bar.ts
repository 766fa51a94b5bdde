const cells = 12;

/**
 * `▰▰▰▱▱▱▱▱▱▱▱▱ 25 %`. Never full, nor 100 %, before the last step; the first cell fills with the first step.
 * Undefined where the share cannot be known.
 */
export function progressBar(step: number | undefined, total: number | undefined): string | undefined {
  if (step === undefined || total === undefined) return undefined;
  if (!Number.isFinite(step) || !Number.isFinite(total) || total <= 0 || step < 0) return undefined;
  const share = Math.min(step / total, 1);
  const filled = share === 0 ? 0 : Math.max(1, Math.floor(share * cells));
  return `${'▰'.repeat(filled)}${'▱'.repeat(cells - filled)} ${Math.floor(share * 100)} %`;
}
