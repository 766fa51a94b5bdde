import type { Job } from '../../domain/job.js';
import type { GpuGate } from '../gpu/create-gpu-gate.js';
import type { JobChanges } from './job-changes.js';
import type { JobStore } from './ports.js';
import { findAhead, type ScheduleRules } from './schedule.js';

export interface WaitTellerParts {
  readonly jobs: JobStore;
  readonly changes: JobChanges;
  readonly gate: GpuGate;
  readonly rulesNow: () => ScheduleRules;
}

/** Keeps true what a waiting job says about for whom it waits. */
export interface WaitTeller {
  tell(id: number): void;
  /** After the starts were chosen; those in `tried` are being looked at. */
  tellAll(active: readonly Job[], tried: ReadonlySet<number>): void;
}

export function createWaitTeller({ jobs, changes, gate, rulesNow }: WaitTellerParts): WaitTeller {
  function change(job: Job, wait: string | undefined, behind?: number): void {
    if (job.state.name !== 'queued' || (job.state.wait === wait && job.state.behind === behind)) return;
    const { wait: _wait, behind: _behind, ...kept } = job.state;
    changes.change(job, {
      ...kept,
      ...(wait !== undefined && { wait }),
      ...(behind !== undefined && { behind }),
    });
  }

  function tellOf(job: Job, active: readonly Job[], rules: ScheduleRules): void {
    if (job.state.name !== 'queued') return;
    // Of a training its place says enough: what runs before it is a training too.
    const [ahead] = job.kind === 'upload' ? findAhead(job, active, rules) : [];
    if (ahead) change(job, nameAhead(ahead, rules.needsSlot(job)), ahead.id);
    else change(job, job.state.evenIfBusy || !rules.needsSlot(job) ? undefined : gate.told());
  }

  return {
    tell(id) {
      const job = jobs.get(id);
      if (job) tellOf(job, jobs.listActive(), rulesNow());
    },
    tellAll(active, tried) {
      const rules = rulesNow();
      for (const job of active) {
        const says = job.state.name === 'queued' && job.state.wait !== undefined;
        if ((says || job.kind === 'upload') && !tried.has(job.id)) tellOf(job, active, rules);
      }
    },
  };
}

function nameAhead({ id, kind }: Job, needsGpu: boolean): string {
  if (kind === 'upload') return `the upload of job ${id} comes first: one runs at a time`;
  return needsGpu ? `job ${id} has the GPU for a training` : `job ${id} comes first`;
}
