import type { CancelRequest, FailureCode, Job, JobState } from '../domain/job.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import { comparedFigures, mainFigure } from './figures.js';
import { countOf, formatCount } from './numbers.js';
import { palette } from './palette.js';
import { plain } from './text.js';
import { tryText, uploadFigure } from './upload-head.js';

/** A state at one look: a symbol, words and a colour that all say the same. */
export interface JobHead {
  readonly symbol: string;
  readonly words: string;
  readonly colour: number;
  /** The one figure that matters, with its direction; or where it stands. */
  readonly figure?: string;
}

/** The first line of everything that is said about a job. */
export function jobHead(snapshot: JobSnapshot): JobHead {
  const { job, progress } = snapshot;
  const { state } = job;
  switch (state.name) {
    case 'queued':
      return queuedHead(snapshot);
    case 'starting':
      if (cancelRequestOf(job) !== undefined) return stopping();
      return { symbol: '🚀', words: 'Starting', colour: palette.running };
    case 'running':
      return runningHead(snapshot);
    case 'succeeded':
      return succeededHead(snapshot);
    case 'failed':
      return {
        symbol: '❌',
        words: 'Failed',
        colour: palette.failed,
        figure: failureName(state),
      };
    case 'cancelled': {
      const where =
        state.how === 'before-start'
          ? 'before it started'
          : (stepOfTotal(snapshot) ?? whileUploading(snapshot));
      return { symbol: '⏹️', words: 'Cancelled', colour: palette.stopped, ...optional(where) };
    }
    default:
      return { symbol: '❓', words: 'Lost', colour: palette.lost, ...optional(lastStep(progress.step)) };
  }
}

function whileUploading(snapshot: JobSnapshot): string | undefined {
  const doing = uploadFigure(snapshot);
  return doing === undefined ? undefined : `while ${doing}`;
}

/** The wish to end the job, while it is not over. */
export function cancelRequestOf({ state }: Job): CancelRequest | undefined {
  return state.name === 'running' || state.name === 'starting' ? state.cancel : undefined;
}

function stopping(figure?: string): JobHead {
  return { symbol: '🛑', words: 'Stopping', colour: palette.stopped, ...optional(figure) };
}

function optional(figure: string | undefined): { figure?: string } {
  return figure === undefined ? {} : { figure };
}

function lastStep(step: number | undefined): string | undefined {
  return step === undefined ? undefined : `last seen at step ${formatCount(step)}`;
}

/** `step 65 of 145`, `step 65`, or undefined before the first step. */
export function stepOfTotal({ progress }: JobSnapshot): string | undefined {
  if (progress.step === undefined) return undefined;
  const total = progress.totalSteps === undefined ? '' : ` of ${formatCount(progress.totalSteps)}`;
  return `step ${formatCount(progress.step)}${total}`;
}

function queuedHead({ job, place }: JobSnapshot): JobHead {
  if (job.held) return { symbol: '⏸️', words: 'Waiting', colour: palette.waiting, figure: 'held back' };
  const retry = job.state.name === 'queued' ? job.state.retry : undefined;
  if (retry) {
    const next = tryText({ attempt: retry.next, attempts: retry.of });
    return { symbol: '🔁', words: 'Waiting to try again', colour: palette.warned, ...optional(next) };
  }
  const figure = place === undefined ? undefined : `place ${formatCount(place)} in the queue`;
  return { symbol: '⏳', words: 'Waiting', colour: palette.waiting, ...optional(figure) };
}

function runningHead(snapshot: JobSnapshot): JobHead {
  const { job, progress } = snapshot;
  const warned = warningsOf(job).length > 0 || progress.firstNonFiniteStep !== undefined;
  const upload = job.kind === 'upload';
  const figure = upload ? uploadFigure(snapshot) : trainingFigure(snapshot);
  if (cancelRequestOf(job) !== undefined) return stopping(figure);
  const words = upload
    ? 'Uploading'
    : { loading: 'Running, loading', training: 'Running', saving: 'Running, saving' }[progress.phase];
  return {
    symbol: warned ? '⚠️' : '▶️',
    words,
    colour: warned ? palette.warned : palette.running,
    ...optional(figure),
  };
}

function succeededHead(snapshot: JobSnapshot): JobHead {
  const warnings = warningsOf(snapshot.job);
  const { plan } = snapshot.job;
  const done = plan.kind === 'upload' ? 'Uploaded' : 'Succeeded';
  const figure = plan.kind === 'upload' ? plain(plan.repoId, 100) : trainedFigure(snapshot);
  if (warnings.length === 0) {
    return { symbol: '✅', words: done, colour: palette.done, ...optional(figure) };
  }
  const words = `${done}, ${countOf(warnings.length, 'warning')}`;
  return { symbol: '⚠️', words, colour: palette.warned, ...optional(figure) };
}

function trainedFigure(snapshot: JobSnapshot): string | undefined {
  const { plan } = snapshot.job;
  const dryRun = plan.kind === 'train' && plan.dryRun;
  return dryRun ? 'dry run, nothing was trained' : trainingFigure(snapshot);
}

function trainingFigure(snapshot: JobSnapshot): string | undefined {
  const { plan } = snapshot.job;
  return plan.kind === 'train' ? mainFigure(plan.columns, comparedFigures(snapshot)) : undefined;
}

/** What was noticed on the way, each once. */
export function warningsOf(job: Job): readonly string[] {
  const atEnd = job.state.name === 'succeeded' ? job.state.warnings : [];
  return [...new Set([...job.warnings, ...atEnd])];
}

function failureName({ failure, exitCode }: Extract<JobState, { name: 'failed' }>): string {
  if (failure.code === 'exit-code' && exitCode !== undefined) return `exit code ${exitCode}`;
  return failureNames[failure.code];
}

const failureNames: Readonly<Record<FailureCode, string>> = {
  'could-not-start': 'could not start',
  'exit-code': 'program error',
  'out-of-memory': 'out of memory',
  'dataset-invalid': 'dataset invalid',
  'no-final-model': 'no final model',
  'final-model-incomplete': 'final model incomplete',
  'not-finite': 'figures not finite',
  'upload-refused': 'upload refused',
  'upload-network': 'network trouble',
  'upload-incomplete': 'upload incomplete',
  'disk-full': 'disk full',
  'plan-changed': 'files changed since it was confirmed',
};

/** What to try next, where the code of a failure alone allows advice. */
export const failureHints: Readonly<Partial<Record<FailureCode, string>>> = {
  'could-not-start': 'Check the set-up with `npm run doctor` on the host, then start it again.',
  'dataset-invalid': 'Mend the dataset as the lines below say, or choose another.',
  'no-final-model': 'Read the last lines below: the program ended without saving a model.',
  'final-model-incomplete': 'Check the free disk on the host; a checkpoint of this run may be whole.',
  'not-finite': 'Start it again with a lower learning rate, or resume from an earlier checkpoint.',
  'upload-refused': 'Mend it on the Hub or in the settings, then press Retry.',
  'upload-network': 'Press Retry once the Hub can be reached: only what is not done is repeated.',
  'upload-incomplete': 'Press Retry: only what is missing is repeated.',
  'disk-full': 'Free disk on the host, then start it again.',
  'plan-changed': 'Ask for it again with `/jobs retry`: the new plan shows what would run now.',
};
