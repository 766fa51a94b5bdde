import type { APIActionRowComponent, APIButtonComponent } from 'discord-api-types/v10';
import { isEnded, type Job } from '../domain/job.js';
import { buttonRow, type ButtonParts } from './buttons.js';
import { actionIds } from './custom-id.js';
import { cancelRequestOf } from './job-head.js';

type Row = APIActionRowComponent<APIButtonComponent>;

/** What can be done with a job, as it is now. */
export function jobButtons(job: Job): Row[] {
  if (isEnded(job.state)) return endButtons(job);
  const stopping = cancelRequestOf(job) !== undefined;
  const { state } = job;
  if (state.name === 'queued' && state.retry !== undefined) {
    return [buttonRow({ id: actionIds.giveUpJob(job.id), label: 'Give up', style: 'danger' })];
  }
  const waitsForOthers = state.name === 'queued' && state.wait !== undefined && state.behind === undefined;
  const startAnyway = {
    id: actionIds.startAnyway(job.id),
    label: 'Start all the same',
    style: 'secondary',
  } as const;
  return [
    buttonRow(...(waitsForOthers ? [startAnyway] : []), {
      id: actionIds.cancelJob(job.id),
      label: stopping ? 'Stopping …' : 'Cancel',
      style: 'danger',
      disabled: stopping,
    }),
  ];
}

/** What can be done about an end. Whether a whole checkpoint is left is looked up at the press. */
export function endButtons(job: Job): Row[] {
  if (job.state.name === 'succeeded') return nextButtons(job);
  const began = job.plan.kind === 'train' && !job.plan.dryRun && job.runPath !== undefined;
  const resume = { id: actionIds.resumeJob(job.id), label: 'Resume', style: 'primary' } as const;
  return [
    buttonRow(
      ...(began ? [resume] : []),
      { id: actionIds.retryJob(job.id), label: 'Retry', style: 'secondary' },
      { id: actionIds.showLogs(job.id), label: 'Log', style: 'secondary' },
    ),
  ];
}

/** What follows a success: the model's way to the Hub, or its place there. */
export function nextButtons({ id, plan, state, runPath }: Job): Row[] {
  if (state.name !== 'succeeded') return [];
  const buttons: ButtonParts[] = [];
  if (plan.kind === 'train' && !plan.dryRun && runPath !== undefined) {
    buttons.push({ id: actionIds.uploadOfJob(id), label: 'Upload', style: 'primary' });
  }
  if (state.upload) buttons.push({ url: state.upload.url, label: 'Open on the Hub' });
  const row = buttonRow(...buttons);
  return row.components.length === 0 ? [] : [row];
}
