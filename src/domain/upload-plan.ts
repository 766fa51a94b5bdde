import type { MetricColumn } from './train-plan.js';
import type { FailureCode } from './job.js';
import type { Finding, Launch, PinnedFile } from './plan.js';

/** How a model is saved for the Hub: merged with its base model in 16 or 4 bits, or the adapter alone. */
export const saveMethods = ['merged_16bit', 'merged_4bit', 'lora'] as const;
export type SaveMethod = (typeof saveMethods)[number];

/** A model folder of a run: its final model, or the checkpoint at a step. */
export interface UploadedModel {
  readonly kind: 'model';
  readonly runId: string;
  readonly runName: string;
  readonly platform: string;
  readonly method: string;
  readonly methodLabel: string;
  /** Name of the folder or file: `final_model`, `checkpoint-50`. */
  readonly checkpoint: string;
  /** Absent for a final model. */
  readonly step?: number;
  /** Figures of the checkpoint by log key, as `/checkpoints` shows them; may be NaN or infinite; empty where unknown. */
  readonly figures: Readonly<Record<string, number>>;
  readonly columns: readonly MetricColumn[];
  /** Absolute path of the model folder. */
  readonly path: string;
  /** The files that state what is uploaded: weights and their config, compared again before the job starts. */
  readonly pinned: readonly PinnedFile[];
}

/** A repository that is on the Hub already; GGUF files are made of it, for `USER/REPO-GGUF`. */
export interface HubModel {
  readonly kind: 'hub';
  readonly repoId: string;
  /** Commit of the repository when the plan was made. */
  readonly commit: string;
}

export type UploadSource = UploadedModel | HubModel;

/** What stood in the repository when the plan was made. */
export interface ExistingRepo {
  /** Name of the namespace that owns it. */
  readonly owner: string;
  readonly private: boolean;
  /** Epoch ms. */
  readonly lastModifiedMs: number;
  readonly commit: string;
  readonly files: number;
}

/** An upload to the Hugging Face Hub: one model to one repository. */
export interface UploadPlan {
  readonly kind: 'upload';
  readonly source: UploadSource;
  /** `namespace/name`, legal by the Hub's rule. For a source on the Hub: the repository of the GGUF files. */
  readonly repoId: string;
  readonly private: boolean;
  /** Absent for a source on the Hub. */
  readonly saveMethod?: SaveMethod;
  /** GGUF quantizations, e.g. `Q4_K_M`; empty: no GGUF files. */
  readonly quantizations: readonly string[];
  /** Expected bytes that go to the Hub, and that the copies take on the disk of `outputDir`; estimates. */
  readonly uploadBytes: number;
  readonly diskBytes: number;
  /** Where the program puts what it makes; absolute, below the data folder or beside the run. Absent for a source on the Hub. */
  readonly outputDir?: string;
  /** Present: files of this repository are overwritten, which takes a confirmation of its own. */
  readonly overwrites?: ExistingRepo;
  /** An earlier job made everything that is pushed: pushing what the Hub lacks remains, which needs no GPU. */
  readonly made?: true;
  readonly launch: Launch;
  readonly findings: readonly Finding[];
}

/** Several uploads that are shown and confirmed together and run one after another. Never a job's plan. */
export interface UploadBatch {
  readonly kind: 'upload-batch';
  /** Two or more. */
  readonly uploads: readonly UploadPlan[];
  /** What concerns all of them; each has its own besides. */
  readonly findings: readonly Finding[];
}

/** What a repository was found to hold after an upload, compared with what was made here. */
export interface UploadResult {
  readonly repoId: string;
  /** Address for people. */
  readonly url: string;
  /** Commit, 40 hex digits. */
  readonly commit: string;
  /** Names as in the repository; largest first. */
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  /** Where what was made locally still lies, and how much disk it takes. */
  readonly localCopy?: { readonly path: string; readonly sizeBytes: number };
}

/** Waiting for the next try of an upload after trouble that may pass. */
export interface UploadRetry {
  /** The try that comes next, 2 for the first retry. */
  readonly next: number;
  readonly of: number;
  /** Epoch ms. */
  readonly notBefore: number;
  /** What went wrong, as shown. */
  readonly why: string;
  /** The same for the program: what it ends with when somebody gives up. */
  readonly code: FailureCode;
  /** As in the plan: what is made need not be made again. */
  readonly made?: true;
}
