import type { Finding, Launch } from './plan.js';

/** An upload to the Hugging Face Hub: one model folder to one repository. */
export interface UploadPlan {
  readonly kind: 'upload';
  readonly modelPath: string;
  readonly repoId: string;
  readonly saveMethod: 'merged_16bit' | 'merged_4bit' | 'lora';
  readonly quantizations: readonly string[];
  readonly private: boolean;
  readonly launch: Launch;
  readonly findings: readonly Finding[];
}
