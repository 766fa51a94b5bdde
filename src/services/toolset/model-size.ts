/** Billions of parameters by a model's name: `unsloth/mistral-7b-v0.3` → 7, `Qwen2.5-0.5B` → 0.5, `smol-135M` → 0.135. */
export function billionsOf(model: string | undefined): number | undefined {
  const [, number, unit] = /(?:^|[^\w.])(\d+(?:\.\d+)?)([bm])(?![a-z])/i.exec(model ?? '') ?? [];
  if (number === undefined || unit === undefined) return undefined;
  return Number(number) * (unit.toLowerCase() === 'b' ? 1 : 0.001);
}
