import type { ChartSpec } from '../domain/chart.js';
import type { AuditDesk } from '../services/audit/create-audit-desk.js';
import type { GpuDesk } from '../services/gpu/create-gpu-desk.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import type { PlanDesk } from '../services/plans/plan-desk.js';
import type { RunDesk } from '../services/run-history/run-desk.js';
import type { SentinelDesk } from '../services/sentinel/sentinel-desk.js';
import type { StatusDesk } from '../services/status/create-status-desk.js';
import type { TrainingDesk } from '../services/training/training-desk.js';
import type { UploadDesk } from '../services/uploads/upload-desk.js';
import { createAlarmActions } from './alarm-actions.js';
import { createAuditActions } from './audit-actions.js';
import { createAuditCommand } from './audit.js';
import { createCheckpointsActions } from './checkpoints-actions.js';
import { createCheckpointsCommand } from './checkpoints.js';
import type { ActionGroup, Command } from './command.js';
import type { DraftStore } from './draft.js';
import { createCompareCommand } from './compare.js';
import { createGpuActions, createGpuCommand } from './gpu.js';
import { createJobActions } from './job-actions.js';
import { createJobsActions } from './jobs-actions.js';
import { createJobsCommand } from './jobs.js';
import { createPlanActions } from './plan-actions.js';
import { createRunsActions } from './runs-actions.js';
import { createRunsCommand } from './runs.js';
import { createStatusCommand } from './status.js';
import { createTrainActions } from './train-actions.js';
import { createTrainCommand } from './train.js';
import { createUploadActions } from './upload-actions.js';
import { createUploadCommand } from './upload.js';
import { createWatchCommand } from './watch.js';

export interface CommandParts {
  readonly training: TrainingDesk;
  readonly plans: PlanDesk;
  readonly jobs: JobDesk;
  readonly drafts: DraftStore;
  readonly audit: AuditDesk;
  readonly sentinel: SentinelDesk;
  readonly runs: RunDesk;
  readonly uploads: UploadDesk;
  readonly gpu: GpuDesk;
  readonly status: StatusDesk;
  /** A picture; undefined when it could not be drawn. */
  drawChart(spec: ChartSpec): Promise<Buffer | undefined>;
  /** `discord.channel` of the settings: where job messages go; undefined: where the command was given. */
  readonly jobsChannelId?: string;
}

/** The one list of what people can type and press. A command or a group of actions is a file and a line here. */
export function createCommands(parts: CommandParts): {
  readonly commands: readonly Command[];
  readonly actions: readonly ActionGroup[];
} {
  return {
    commands: [
      createTrainCommand(parts),
      createAuditCommand(parts),
      createWatchCommand(parts),
      createJobsCommand(parts),
      createRunsCommand(parts),
      createCheckpointsCommand(parts),
      createCompareCommand(parts),
      createUploadCommand(parts),
      createGpuCommand(parts),
      createStatusCommand(parts),
    ],
    actions: [
      createTrainActions(parts),
      createPlanActions(parts),
      createJobActions(parts),
      createJobsActions(parts),
      createAlarmActions(parts),
      createAuditActions(parts),
      createRunsActions(parts),
      createCheckpointsActions(parts),
      createUploadActions(parts),
      createGpuActions(parts),
    ],
  };
}
