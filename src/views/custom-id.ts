/** `namespace:action:arg…`; at most 100 characters (Discord's limit for a custom_id). */
export function customId(namespace: string, action: string, ...args: readonly string[]): string {
  const id = [namespace, action, ...args].join(':');
  if (id.length > 100) throw new RangeError(`custom_id over 100 characters: ${id}`);
  return id;
}

/**
 * What each button, menu and modal of the messages calls: the actions in `src/commands/*-actions.ts`. Messages live
 * longer than the process, so these names are a format: change one and old buttons are dead.
 */
export const actionIds = {
  startPlan: (planId: string) => customId('plan', 'start', planId),
  overwritePlan: (planId: string) => customId('plan', 'overwrite', planId),
  editPlan: (planId: string) => customId('plan', 'edit', planId),
  submitPlanEdit: (planId: string) => customId('plan', 'submit', planId),
  cancelPlan: (planId: string) => customId('plan', 'cancel', planId),
  showCard: (planId: string) => customId('plan', 'card', planId),
  chooseTraining: (draftId: string) => customId('train', 'choose', draftId),
  retryJob: (jobId: number) => customId('job', 'retry', String(jobId)),
  resumeJob: (jobId: number) => customId('job', 'resume', String(jobId)),
  cancelJob: (jobId: number) => customId('job', 'cancel', String(jobId)),
  giveUpJob: (jobId: number) => customId('job', 'give-up', String(jobId)),
  uploadOfJob: (jobId: number) => customId('upload', 'job', String(jobId)),
  uploadOfRun: (runId: string) => customId('upload', 'run', runId),
  uploadPick: (draftId: string, step: string) => customId('upload', 'pick', draftId, step),
  uploadTurn: (draftId: string, page: number) => customId('upload', 'turn', draftId, String(page)),
  uploadNameRepo: (draftId: string) => customId('upload', 'name', draftId),
  submitUploadRepo: (draftId: string) => customId('upload', 'repo', draftId),
  uploadGguf: (draftId: string, wanted: 'yes' | 'no') => customId('upload', 'gguf', draftId, wanted),
  uploadPrivate: (draftId: string, wanted: 'yes' | 'no') => customId('upload', 'private', draftId, wanted),
  uploadBack: (draftId: string, from: string) => customId('upload', 'back', draftId, from),
  resumeBeforeAlarm: (episodeId: number) => customId('alarm', 'resume', String(episodeId)),
  ignoreAlarm: (episodeId: number) => customId('alarm', 'ignore', String(episodeId)),
  stopJob: (jobId: number, stateAt: number) => customId('job', 'stop', String(jobId), String(stateAt)),
  startAnyway: (jobId: number) => customId('job', 'start-anyway', String(jobId)),
  showLogs: (jobId: number) => customId('job', 'logs', String(jobId)),
  refreshLogs: (jobId: number) => customId('job', 'refresh-logs', String(jobId)),
  sendOutput: (jobId: number) => customId('job', 'output', String(jobId)),
  refreshJobs: (filter: string, page: number) => customId('jobs', 'refresh', filter, String(page)),
  previousJobs: (filter: string, page: number) => customId('jobs', 'previous', filter, String(page)),
  nextJobs: (filter: string, page: number) => customId('jobs', 'next', filter, String(page)),
  turnRuns: (filter: string, page: number) => customId('runs', 'page', filter, String(page)),
  resumeRun: (runId: string) => customId('checkpoints', 'resume', runId),
  compareRun: (runId: string) => customId('checkpoints', 'compare', runId),
  refreshGpu: () => customId('gpu', 'refresh'),
  auditNewest: (filter: string) => customId('audit', 'newest', filter),
  auditNewer: (filter: string, id: number) => customId('audit', 'newer', filter, String(id)),
  auditOlder: (filter: string, id: number) => customId('audit', 'older', filter, String(id)),
  auditExport: (filter: string) => customId('audit', 'export', filter),
} as const;
