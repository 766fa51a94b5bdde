import type { Job } from '../../domain/job.js';
import type { SaveMethod, UploadBatch, UploadPlan } from '../../domain/upload-plan.js';

/** A model of a run: its final model, or the checkpoint at a step. Looked up among what is found, never joined to a path. */
export interface ModelChoice {
  /** What `RunDesk.show` takes: an id, a name or a path. */
  readonly run: string;
  readonly checkpoint: 'final' | number;
}

export interface UploadRequest {
  /** One, or several checkpoints for an upload each, or a repository on the Hub of which GGUF files are made. */
  readonly source:
    | { readonly kind: 'models'; readonly models: readonly ModelChoice[] }
    | { readonly kind: 'hub'; readonly repoId: string };
  /** As typed: `namespace/name`, or the name alone where HF_USERNAME is set. Absent for a source on the Hub. */
  readonly repo?: string;
  /** Absent for a source on the Hub. */
  readonly saveMethod?: SaveMethod;
  /** Empty: no GGUF files. */
  readonly quantizations: readonly string[];
  readonly private: boolean;
}

/** What a save method would come to for a model, in bytes; an estimate from the sizes on disk and the base model's name. */
export interface SaveEstimate {
  readonly saveMethod: SaveMethod;
  readonly uploadBytes: number;
}

/** Plans of uploads, from the runs found, the Hub's own word and this machine. */
export interface UploadDesk {
  /** HF_USERNAME, where it is set: a bare name then belongs to it. */
  readonly username: string | undefined;
  /** The quantizations that the program knows, the usual ones first. */
  readonly quantizations: readonly string[];
  /** Taken where a person names none: Q4_K_M, Q5_K_M, Q8_0. */
  readonly defaultQuantizations: readonly string[];
  /** Throws UserError naming the Hub's rule that is broken; returns `namespace/name`. */
  parseRepo(typed: string): string;
  /** Throws UserError when the run or checkpoint is not there or is incomplete. */
  estimate(choice: ModelChoice): Promise<readonly SaveEstimate[]>;
  /**
   * The plan and its preflight. What is wrong with the token, the Hub, the repository, the checkpoint's files or the
   * machine is a finding; what is wrong with the request (an illegal name, an unknown run) is a UserError.
   */
  plan(request: UploadRequest): Promise<UploadPlan | UploadBatch>;
  /**
   * What changed since: pinned files, the repository, other uploads; a sentence each. Empty: nothing. `job`: the one that
   * is about to start; of one that was tried before, only the files are compared: the commits in the repository are its own.
   */
  compare(plan: UploadPlan, job?: Job): Promise<readonly string[]>;
  /** The same request made anew. */
  replan(plan: UploadPlan | UploadBatch): Promise<UploadPlan | UploadBatch>;
  /** The model card that the repository will carry, Markdown with its metadata block. */
  card(plan: UploadPlan): Promise<string>;
}
