import type { CancelRequest } from '../../domain/job.js';
import type { ChildEnd, Verdict } from '../jobs/kinds.js';
import type { OutputFacts } from './output-facts.js';

/** Everything the verdict on a training rests on. */
export interface Evidence {
  readonly end: ChildEnd;
  readonly cancel: CancelRequest | undefined;
  readonly facts: OutputFacts;
  readonly dryRun: boolean;
  /** The final model's files: there and whole, or why not. */
  readonly finalModel: { readonly whole: true } | { readonly whole: false; readonly why: string };
  /** Written since this job began; a model left by an earlier run (mlx overwrites one folder) is not this job's. */
  readonly finalModelIsNew: boolean;
  /** Figures of the last entry whose loss or gradient norm was not finite, if that was the last entry. */
  readonly lastNotFinite?: { readonly step: number; readonly key: string; readonly value: number };
  readonly unreadableLines: number;
}

/**
 * The honest word on a training: succeeded means exit code 0, the final model's files there and whole, and the last
 * figures finite. Anything else is told with its reason.
 */
export function judgeTraining(evidence: Evidence): Verdict {
  const { end, cancel, facts } = evidence;
  if (end.name === 'vanished') return cancel ? { name: 'cancelled' } : { name: 'lost', why: end.why };
  // A run that ended well before the interrupt arrived has ended well.
  const complete =
    end.exitCode === 0 && (evidence.dryRun || (evidence.finalModel.whole && evidence.finalModelIsNew));
  if (cancel && !complete) return { name: 'cancelled' };
  if (end.exitCode !== 0) return judgeExitCode(end.exitCode, facts);
  if (facts.datasetInvalid) {
    return failed('dataset-invalid', 'The trainer refused the dataset: “Dataset validation failed”.', 0);
  }
  if (evidence.dryRun) return { name: 'succeeded', warnings: [] };
  if (!evidence.finalModel.whole) return judgeModel(evidence.finalModel.why);
  if (!evidence.finalModelIsNew) {
    return failed(
      'no-final-model',
      'It ended with exit code 0 but wrote no final model; the one there is older.',
      0,
    );
  }
  if (evidence.lastNotFinite) {
    const { key, step, value } = evidence.lastNotFinite;
    return failed(
      'not-finite',
      `The run ended with ${key} = ${value} at step ${step}: the model is of no use.`,
      0,
    );
  }
  return { name: 'succeeded', warnings: warningsOf(evidence) };
}

function judgeExitCode(exitCode: number, facts: OutputFacts): Verdict {
  if (facts.outOfMemory) {
    return failed(
      'out-of-memory',
      'The GPU ran out of memory. Try a smaller batch or sequence length.',
      exitCode,
    );
  }
  // 128 + n: ended by signal n (POSIX, sh). 137 is what Linux's out-of-memory killer leaves.
  if (exitCode === 137)
    return failed(
      'exit-code',
      'It was killed (signal 9), often because the machine ran out of memory.',
      exitCode,
    );
  if (exitCode === 130)
    return failed('exit-code', 'It was interrupted from outside (exit code 130).', exitCode);
  if (exitCode > 128 && exitCode < 160)
    return failed('exit-code', `It was ended by signal ${exitCode - 128}.`, exitCode);
  if (exitCode === 127)
    return failed('could-not-start', 'The interpreter or program was not found (exit code 127).', exitCode);
  if (facts.exception !== undefined) return failed('exit-code', facts.exception, exitCode);
  return failed('exit-code', `It ended with exit code ${exitCode}.`, exitCode);
}

function judgeModel(why: string): Verdict {
  return failed('no-final-model', `It ended with exit code 0, but there is no whole final model: ${why}`, 0);
}

function failed(
  code:
    'exit-code' | 'out-of-memory' | 'dataset-invalid' | 'no-final-model' | 'not-finite' | 'could-not-start',
  message: string,
  exitCode: number,
): Verdict {
  return { name: 'failed', failure: { code, message }, exitCode };
}

function warningsOf({ unreadableLines }: Evidence): readonly string[] {
  if (unreadableLines === 0) return [];
  return [`${unreadableLines} unreadable ${unreadableLines === 1 ? 'line' : 'lines'} in the metrics log`];
}
