import type { UploadProgress } from './upload-progress.js';

/**
 * What is known of a running job, derived from its output and its metrics log. Never stored as truth: it can be read
 * anew from the files at any time.
 */
export interface JobProgress {
  /** `loading`: nothing logged yet; `training`; `saving`: the final model is being written. */
  readonly phase: 'loading' | 'training' | 'saving';
  readonly step?: number;
  readonly totalSteps?: number;
  readonly epoch?: number;
  /** Milliseconds that remain, from the pace of the recent steps. */
  readonly etaMs?: number;
  /** Newest figures by log key; values may be NaN or infinite. */
  readonly figures: Readonly<Record<string, number>>;
  /** The figures some entries before, to tell the direction; same keys. */
  readonly earlier: Readonly<Record<string, number>>;
  /** Newest evaluation figures, where there are any. */
  readonly evaluation: Readonly<Record<string, number>>;
  /** The trainer's last output line, control characters removed; at most 200 characters. */
  readonly lastLine?: string;
  /** The first step whose loss was not finite, once there was one. */
  readonly firstNonFiniteStep?: number;
  readonly unreadableLines: number;
  /** Uploads only; what stands above says nothing then. */
  readonly upload?: UploadProgress;
}

export const noProgress: JobProgress = {
  phase: 'loading',
  figures: {},
  earlier: {},
  evaluation: {},
  unreadableLines: 0,
};
