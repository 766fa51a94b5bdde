import type { Settings } from '../config/settings.js';
import type { Clock } from '../services/jobs/ports.js';
import { createSentinelDesk } from '../services/sentinel/create-sentinel-desk.js';
import { createJobWatch } from '../services/sentinel/job-watch.js';
import type { ReadGpu } from '../services/sentinel/ports.js';
import type { TrainingDesk } from '../services/training/training-desk.js';
import type { TrainKindParts } from '../services/training-jobs/train-kind.js';
import type { Stores } from './open-stores.js';

export interface SentinelParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly training: TrainingDesk;
  readonly clock: Clock;
  readonly readGpu?: ReadGpu;
}

/** The sentinel: what watches each training, and what commands may do with it. */
export function assembleSentinel({ settings, stores, training, clock, readGpu }: SentinelParts) {
  const shared = { ...stores, ...settings.sentinel, clock };
  const watch: NonNullable<TrainKindParts['watch']> = (job, plan) =>
    createJobWatch({ ...shared, job, plan, ...(readGpu && { readGpu }) });
  return { watch, sentinel: createSentinelDesk({ ...shared, training, access: settings.access }) };
}
