/** The stages of an upload, in their order. `convert` and its files are skipped without GGUF. */
export const uploadStages = ['merge', 'push', 'convert', 'files', 'card', 'verify'] as const;
export type UploadStage = (typeof uploadStages)[number];

/** Where an upload stands, from its program's output and, for `verify`, from the bot's own look at the Hub. */
export interface UploadProgress {
  /** Absent before the first. */
  readonly stage?: UploadStage;
  /** Those that this upload goes through, in order. */
  readonly stages: readonly UploadStage[];
  /** What is being worked on: a file, a quantization. From the program's output: to be escaped. */
  readonly item?: string;
  /** Part of the item that is done, 0 to 1, where the program prints a bar. */
  readonly part?: number;
  readonly sentBytes?: number;
  readonly totalBytes?: number;
  readonly bytesPerSecond?: number;
  /** Milliseconds that remain of the item, by the program's own word. */
  readonly etaMs?: number;
  /** This try, 1 for the first, and how many there are. */
  readonly attempt: number;
  readonly attempts: number;
}
