import type { CancelRequest, Failure, Job, JobState } from '../../domain/job.js';
import type { Verdict } from './kinds.js';
import type { Clock, JobFacts, JobStore, NewNotice } from './ports.js';

/** The part of pino's logger that services use. */
export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface JobChangesParts {
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly onChange: (jobId: number) => void;
}

/** Changes of a job's state, each recorded, logged and told to the listeners. */
export interface JobChanges {
  /** Undefined when another change came first: the caller looks again later. */
  change(job: Job, to: JobState, facts?: JobFacts, notices?: readonly NewNotice[]): Job | undefined;
  /** Ends the job, frees its slot and writes the notice of its end; `again` sends it back to the queue instead. */
  end(job: Job, verdict: Verdict, facts?: JobFacts, at?: number): void;
  /** As `end` for a start that failed, unless a cancellation was asked for meanwhile. */
  endStart(job: Job, failure: Failure): void;
}

export function createJobChanges({ jobs, clock, log, onChange }: JobChangesParts): JobChanges {
  function change(
    job: Job,
    to: JobState,
    facts: JobFacts = {},
    notices: readonly NewNotice[] = [],
  ): Job | undefined {
    const changed = jobs.transition(job, to, { facts, notices });
    if (!changed) return undefined;
    log.info({ job: job.id, from: job.state.name, to: to.name }, 'job state');
    onChange(job.id);
    return changed;
  }

  function end(job: Job, verdict: Verdict, facts: JobFacts = {}, at = clock()): void {
    if (verdict.name === 'again') {
      const evenIfBusy = job.state.name === 'queued' && job.state.evenIfBusy;
      const to = { name: 'queued', at, retry: verdict.retry, ...(evenIfBusy && { evenIfBusy }) } as const;
      change(job, to, { ...facts, slot: null });
      return;
    }
    change(job, endedState(job, verdict, at), { ...facts, slot: null }, [{ kind: 'finished' }]);
  }

  function endStart(job: Job, failure: Failure): void {
    const now = jobs.get(job.id) ?? job;
    end(now, cancelOf(now) ? { name: 'cancelled' } : { name: 'failed', failure });
  }

  return { change, end, endStart };
}

type EndVerdict = Exclude<Verdict, { name: 'again' }>;

function endedState(job: Job, verdict: EndVerdict, at: number): JobState {
  if (verdict.name !== 'cancelled') return { ...verdict, at };
  const { by = job.requestedBy, rule } = cancelOf(job) ?? {};
  return { name: 'cancelled', at, by, how: 'interrupted', ...(rule !== undefined && { rule }) };
}

/** The cancellation that was asked for, if any. */
export function cancelOf(job: Job): CancelRequest | undefined {
  return job.state.name === 'running' || job.state.name === 'starting' ? job.state.cancel : undefined;
}
