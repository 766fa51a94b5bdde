import type { Job, JobStateName } from '../domain/job.js';
import { cancelRequestOf, warningsOf } from './job-head.js';

const symbols: Readonly<Record<JobStateName, string>> = {
  queued: '⏳',
  starting: '🚀',
  running: '▶️',
  succeeded: '✅',
  failed: '❌',
  cancelled: '⏹️',
  lost: '❓',
};

/** A job's state in a list, where there is no room for its head. */
export function symbolOf(job: Job): string {
  if (job.state.name === 'queued' && job.held) return '⏸️';
  if (cancelRequestOf(job) !== undefined) return '🛑';
  const warned = job.state.name === 'succeeded' || job.state.name === 'running';
  return warned && warningsOf(job).length > 0 ? '⚠️' : symbols[job.state.name];
}
