import { join } from 'node:path';
import { secretsEnv, type Settings } from '../config/settings.js';
import type { Job } from '../domain/job.js';
import { createAuditDesk } from '../services/audit/create-audit-desk.js';
import { createGpuDesk } from '../services/gpu/create-gpu-desk.js';
import { createGpuGate } from '../services/gpu/create-gpu-gate.js';
import { createGpuReader } from '../services/gpu/create-gpu-reader.js';
import type { Slots } from '../services/gpu/find-slots.js';
import { createJobDesk } from '../services/jobs/create-job-desk.js';
import { createLocalExecutor } from '../services/jobs/executors/local-executor.js';
import { createJobChanges, type Log } from '../services/jobs/job-changes.js';
import type { KindTable } from '../services/jobs/kinds.js';
import type { Clock, JobStore } from '../services/jobs/ports.js';
import { createQueueWatch } from '../services/jobs/queue-watch.js';
import { createStarter } from '../services/jobs/starter.js';
import { Supervisor } from '../services/jobs/supervisor.js';
import { createCommandLimit } from '../services/limits/command-limit.js';
import { createPlanLimits } from '../services/limits/plan-limits.js';
import { createMetricsIndex } from '../services/metrics/metrics-index.js';
import { createPlanDesk } from '../services/plans/create-plan-desk.js';
import { createRunDesk } from '../services/run-history/create-run-desk.js';
import { createRunFinder } from '../services/run-history/find-runs.js';
import { createRunLister } from '../services/run-history/listing/run-lister.js';
import { createStatusDesk } from '../services/status/create-status-desk.js';
import { createDatasetReader } from '../services/toolset/dataset-reader.js';
import { createEnvironmentChecks, type EnvironmentChecks } from '../services/toolset/environment-checks.js';
import { createToolset, type Toolset } from '../services/toolset/create-toolset.js';
import { createTrainingDesk } from '../services/training/create-training-desk.js';
import { createTrainKind } from '../services/training-jobs/train-kind.js';
import { assembleSentinel } from './assemble-sentinel.js';
import { assembleUploads } from './assemble-uploads.js';
import type { Stores } from './open-stores.js';

/** Pause between two looks at running jobs: a line that a trainer writes is seen within this time. */
const supervisorPollMs = 250;

export type Services = ReturnType<typeof assembleServices>;

export interface ServiceParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly clock: Clock;
  readonly log: Log;
  readonly slots: Slots;
}

/** Everything but Discord: it works on while Discord is away. */
export function assembleServices({ settings, stores, clock, log, slots }: ServiceParts) {
  const { changed, onChange } = createChangeListeners();
  const { access, limits } = settings;
  const toolset = assembleToolset(settings);
  const environments = assembleEnvironments(settings);
  const training = assembleTraining(settings, stores.jobs, toolset, environments);
  const metrics = createMetricsIndex({ store: stores.metrics });
  const lister = createRunLister();
  const finder = createRunFinder(toolset, lister);
  const runs = createRunDesk({ finder, jobs: stores.jobs, metrics, clock });
  const environment = { ...settings.publicEnv, ...secretsEnv(settings) };
  const { uploads, uploadKind } = assembleUploads({
    settings,
    toolset,
    environments,
    runs,
    jobs: stores.jobs,
    environment,
    clock,
    log,
  });
  const gpuReader = createGpuReader({ env: settings.publicEnv, clock });
  const gpu = createGpuDesk({ reader: gpuReader, jobs: stores.jobs, gpus: slots.gpus, clock });
  const { watch, sentinel } = assembleSentinel({
    settings,
    stores,
    training,
    clock,
    readGpu: (job) => gpu.readingOf(job),
  });
  const kinds: KindTable = {
    train: createTrainKind({ training, environment, watch }),
    upload: uploadKind,
  };
  const jobsDir = join(settings.dataDir, 'jobs');
  const shared = { jobs: stores.jobs, executor: createLocalExecutor(), kinds, clock, log, jobsDir };
  const changes = createJobChanges({ ...shared, onChange: changed });
  const ownProcessGroups = () => runningGroups(stores.jobs);
  const gate = createGpuGate({ gpus: slots.gpus, env: settings.publicEnv, ownProcessGroups, clock });
  const supervisor = new Supervisor({
    ...shared,
    changes,
    starter: createStarter({ ...shared, changes, slots: slots.numbers, gate }),
    cancelGraceMs: settings.jobs.cancelGraceSeconds * 1000,
    pollMs: supervisorPollMs,
    onProgress: changed,
  });
  const plans = createPlanDesk({
    plans: stores.plans,
    kinds,
    clock,
    access,
    jobChannel: settings.discord.channel,
    limits: createPlanLimits({ ...stores, ...limits, access, clock }),
    onQueued(jobIds) {
      for (const id of jobIds) changed(id);
      supervisor.wake();
    },
  });
  const cardOf = (job: Job) => gpu.cardOf(job);
  const jobs = createJobDesk({
    ...shared,
    supervisor,
    access,
    slots: slots.numbers,
    cardOf,
    onChange,
    changed,
  });
  onChange(createQueueWatch({ jobs: stores.jobs, clock, changed }));
  const status = createStatusDesk({
    messages: stores.statusMessages,
    jobStore: stores.jobs,
    jobs,
    live: stores.live,
    gpu,
    clock,
  });
  const audit = createAuditDesk({ audit: stores.audit, clock });
  const limitCommands = createCommandLimit(limits.commandsPerMinute);
  return {
    training,
    plans,
    jobs,
    audit,
    sentinel,
    runs,
    uploads,
    lister,
    metrics,
    gpu,
    gpuReader,
    status,
    supervisor,
    limitCommands,
    changed,
    onChange,
  };
}

function createChangeListeners() {
  const listeners = new Set<(jobId: number) => void>();
  return {
    changed(jobId: number): void {
      for (const listener of listeners) listener(jobId);
    },
    onChange(listener: (jobId: number) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function assembleToolset({ toolset: { root, manifest, environment } }: Settings): Toolset {
  return createToolset(root, manifest, environment === undefined ? {} : { environment });
}

function assembleEnvironments({ toolset: given, publicEnv: env }: Settings): EnvironmentChecks {
  const condaName = given.manifest.python?.conda;
  const search = { python: given.python, ...(condaName !== undefined && { condaName }), env };
  return createEnvironmentChecks({ search, env });
}

function assembleTraining(
  { publicEnv: env }: Settings,
  jobs: JobStore,
  toolset: Toolset,
  environments: EnvironmentChecks,
) {
  return createTrainingDesk({
    toolset,
    environments,
    readDataset: createDatasetReader(),
    env,
    ownProcessGroups: () => runningGroups(jobs),
  });
}

/** Process groups of the jobs that run. */
function runningGroups(jobs: JobStore): readonly number[] {
  return jobs.listActive().flatMap(({ state }) => (state.name === 'running' ? [state.process.pid] : []));
}
