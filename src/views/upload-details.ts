import type { Plan } from '../domain/plan.js';
import type { SaveMethod, UploadPlan, UploadSource } from '../domain/upload-plan.js';
import { lines } from './embed.js';
import { formatCount } from './numbers.js';
import { code, plain } from './text.js';

export type UploadOnly = Extract<Plan, { kind: 'upload' }>;

/** What a save method makes, in a few words. */
export const methodWords: Readonly<Record<SaveMethod, string>> = {
  merged_16bit: 'the whole model in 16 bits, for any program',
  merged_4bit: 'the whole model in 4 bits, smaller and less exact',
  lora: 'the adapter alone, to be used with its base model',
};

/** From where to where, how saved, who sees it: an upload in four lines at most. */
export function uploadNames(plan: UploadPlan): string {
  return lines(
    sourceText(plan.source),
    `To ${code(plan.repoId, 150)}, ${visibilityText(plan)}`,
    savedText(plan),
  );
}

/** Who will see it, with a sign. */
export function visibilityText({ private: hidden }: Pick<UploadPlan, 'private'>): string {
  return hidden ? '🔒 private' : '🌐 public';
}

/** `From 20251122_143000 Preference learning (KTO), step 100`. */
export function sourceText(source: UploadSource): string {
  if (source.kind === 'hub') return `From ${code(source.repoId, 150)} on the Hub`;
  return `From ${code(source.runName, 60)} ${plain(source.methodLabel, 60)}, ${checkpointText(source)}`;
}

/** `final model`, `step 100`. */
export function checkpointText({ step }: { readonly step?: number }): string {
  return step === undefined ? 'final model' : `step ${formatCount(step)}`;
}

/** `As merged_16bit: …`, and which GGUF files. */
export function savedText({
  saveMethod,
  quantizations,
}: Pick<UploadPlan, 'saveMethod' | 'quantizations'>): string {
  const gguf = quantizations.length === 0 ? undefined : ggufText(quantizations);
  if (saveMethod === undefined) return gguf === undefined ? '' : `As ${gguf}`;
  return lines(
    `As ${code(saveMethod, 40)}: ${methodWords[saveMethod]}`,
    gguf === undefined ? 'No GGUF files' : `And ${gguf}`,
  );
}

/** More kinds than any program knows are no list to read. */
const maxKinds = 12;

export function ggufText(quantizations: readonly string[]): string {
  const left = quantizations.length - maxKinds;
  const shown = quantizations.slice(0, maxKinds).map((one) => code(one, 20));
  return `GGUF ${[...shown, ...(left > 0 ? [`and ${left} more`] : [])].join(' ')}`;
}
