import type { PlanDesk } from '../services/plans/plan-desk.js';
import type { RunDesk } from '../services/run-history/run-desk.js';
import type { UploadDesk } from '../services/uploads/upload-desk.js';
import type { DraftStore } from './draft.js';

/** What `/upload` is made of. */
export interface UploadCommandParts {
  readonly uploads: UploadDesk;
  readonly runs: RunDesk;
  readonly plans: PlanDesk;
  readonly drafts: DraftStore;
}
