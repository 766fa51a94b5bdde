import type { HubClient } from '../hub/ports.js';
import type { Clock, JobStore } from '../jobs/ports.js';
import type { RunDesk } from '../run-history/run-desk.js';
import type { Toolset } from '../toolset/create-toolset.js';
import type { EnvironmentChecks } from '../toolset/environment-checks.js';

/** What plans of uploads are made from. */
export interface UploadParts {
  readonly toolset: Toolset;
  readonly runs: Pick<RunDesk, 'show' | 'locate'>;
  readonly jobs: Pick<JobStore, 'listActive' | 'findByRunPath'>;
  readonly environments: Pick<EnvironmentChecks, 'check'>;
  readonly hub: HubClient;
  /** Looked at for its form alone. */
  readonly token: string | undefined;
  /** HF_USERNAME. */
  readonly username: string | undefined;
  /** The public environment: PATH and HOME are looked at. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
}
