import { secretTexts, type Settings } from '../config/settings.js';
import { createHubClient } from '../services/hub/create-hub-client.js';
import type { Log } from '../services/jobs/job-changes.js';
import type { Clock, JobStore } from '../services/jobs/ports.js';
import type { RunDesk } from '../services/run-history/run-desk.js';
import type { Toolset } from '../services/toolset/create-toolset.js';
import type { EnvironmentChecks } from '../services/toolset/environment-checks.js';
import { createUploadKind } from '../services/upload-jobs/upload-kind.js';
import { createUploadDesk } from '../services/uploads/create-upload-desk.js';

export interface UploadAssembly {
  /** For the upload program: public values and secrets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly settings: Settings;
  readonly toolset: Toolset;
  readonly environments: EnvironmentChecks;
  readonly runs: RunDesk;
  readonly jobs: JobStore;
  readonly clock: Clock;
}

/** The desk that plans uploads to the Hub, and the rules of their jobs. */
export function assembleUploads(parts: UploadAssembly) {
  const { settings, toolset, environments, runs, jobs, environment, clock, log } = parts;
  const { hfToken: token, hfEndpoint: endpoint, hfUsername: username } = settings.secrets;
  const { publicEnv: env } = settings;
  const hub = createHubClient({
    ...(endpoint !== undefined && { endpoint }),
    ...(token !== undefined && { token }),
  });
  const uploads = createUploadDesk({ toolset, runs, jobs, environments, hub, token, username, env, clock });
  const secrets = secretTexts(settings);
  return { uploads, uploadKind: createUploadKind({ uploads, hub, environment, secrets, clock, log }) };
}
