import type { JobSnapshot } from '../domain/snapshot.js';
import type { UploadProgress, UploadStage } from '../domain/upload-progress.js';
import { formatCount } from './numbers.js';

/** What is done in a stage: for a title, and for a list of what is to come. */
export const stageWords: Readonly<Record<UploadStage, { readonly doing: string; readonly name: string }>> = {
  merge: { doing: 'merging', name: 'Merge' },
  push: { doing: 'pushing', name: 'Push the model' },
  convert: { doing: 'converting', name: 'Convert to GGUF' },
  files: { doing: 'pushing GGUF', name: 'Push the GGUF files' },
  card: { doing: 'writing the card', name: 'Model card' },
  verify: { doing: 'checking', name: 'Check on the Hub' },
};

/** `pushing 45 %`, `merging`; undefined before the first stage. */
export function uploadFigure({ progress }: JobSnapshot): string | undefined {
  const { upload } = progress;
  if (upload?.stage === undefined) return undefined;
  const share = upload.part === undefined ? '' : ` ${percent(upload.part)} %`;
  return `${stageWords[upload.stage].doing}${share}`;
}

/** Never 100 before it is over. */
function percent(part: number): number {
  return Number.isFinite(part) ? Math.floor(Math.min(Math.max(part, 0), 1) * 100) : 0;
}

/** `try 2 of 5`, from the second on. */
export function tryText({
  attempt,
  attempts,
}: Pick<UploadProgress, 'attempt' | 'attempts'>): string | undefined {
  return attempt > 1 ? `try ${formatCount(attempt)} of ${formatCount(attempts)}` : undefined;
}
