import { isEnded } from '../domain/job.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import { settingOf } from '../domain/train-plan.js';
import { codeBlock, outputBlock } from './columns.js';
import { descriptionLength, joinSections, lines } from './embed.js';
import { comparedFigures, figureRows } from './figures.js';
import { gpuLine } from './gpu-line.js';
import { cancelRequestOf, failureHints, stepOfTotal, warningsOf } from './job-head.js';
import { countOf, formatCount, formatDuration, formatSetting, relativeTime } from './numbers.js';
import { planSubject } from './plan-details.js';
import { progressBar } from './progress-bar.js';
import { code, plain } from './text.js';

/** The paragraphs of a job's message below its first line, by the weight they have on a phone. */
export function jobSections(snapshot: JobSnapshot): (string | undefined)[] {
  const { state } = snapshot.job;
  switch (state.name) {
    case 'queued':
      return [
        lines(
          state.wait !== undefined && `Waits: ${plain(state.wait, 600)}`,
          snapshot.job.held && 'An administrator holds it back.',
          snapshot.expectedStartAt !== undefined && `Expected start: ${startText(snapshot.expectedStartAt)}`,
          `Queued ${relativeTime(state.at)}`,
        ),
        identity(snapshot),
      ];
    case 'starting':
      return [cancelText(snapshot), `Its program was called ${relativeTime(state.at)}`, identity(snapshot)];
    case 'running':
      return [
        cancelText(snapshot),
        progressText(snapshot),
        figuresText(snapshot),
        warningText(snapshot),
        lastLineText(snapshot),
        snapshot.gpu && gpuLine(snapshot.gpu),
        identity(snapshot),
      ];
    default:
      return endSections(snapshot);
  }
}

/** To the minute: an estimate that moves by seconds is no news. */
function startText(at: number): string {
  return `${relativeTime(Math.round(at / 60_000) * 60_000)}, when a job that runs now is over`;
}

function endSections(snapshot: JobSnapshot): (string | undefined)[] {
  const { state } = snapshot.job;
  const sections = [
    lines(reasonText(snapshot), durationText(snapshot)),
    warningText(snapshot),
    figuresText(snapshot),
    identity(snapshot),
  ];
  // What a failed or stopped program said last is its reason; of a success it is noise.
  return state.name === 'succeeded' ? sections : [...sections, endTail(snapshot, sections)];
}

/** The last lines of the output, as many as there is room for below these sections. */
export function endTail(snapshot: JobSnapshot, sections: readonly (string | undefined)[]): string {
  const taken = joinSections(sections, descriptionLength).length;
  return tailText(snapshot, Math.min(descriptionLength - taken, longestTail));
}

/** Who asked it to stop, and what that leaves. */
export function cancelText({ job }: JobSnapshot): string | undefined {
  const cancel = cancelRequestOf(job);
  return (
    cancel &&
    `${sentence(canceller(cancel))} asked it to stop ${relativeTime(cancel.at)}. ${job.kind === 'upload' ? 'What has reached the Hub stays there.' : 'It may still save what it has.'}`
  );
}

function progressText(snapshot: JobSnapshot): string {
  const { job, progress, at } = snapshot;
  const step = stepOfTotal(snapshot);
  const foreseen = progress.phase === 'training' && cancelRequestOf(job) === undefined;
  return lines(
    progressBar(progress.step, progress.totalSteps),
    foreseen && progress.etaMs !== undefined && endText(at, progress.etaMs),
    step && sentence(`${step}${epochText(snapshot)}`),
    job.startedAt !== undefined && `Started ${relativeTime(job.startedAt)}`,
  );
}

function endText(at: number, etaMs: number): string | undefined {
  return Number.isFinite(etaMs) && etaMs >= 0 ? `Expected end: ${relativeTime(at + etaMs)}` : undefined;
}

function epochText({ job, progress }: JobSnapshot): string {
  if (progress.epoch === undefined || !Number.isFinite(progress.epoch)) return '';
  const total = job.plan.kind === 'train' ? job.plan.epochs : undefined;
  return `, epoch ${progress.epoch.toFixed(2)}${total === undefined ? '' : ` of ${formatSetting(total)}`}`;
}

function figuresText(snapshot: JobSnapshot): string | undefined {
  const { plan } = snapshot.job;
  if (plan.kind !== 'train') return undefined;
  const rows = figureRows(plan.columns, comparedFigures(snapshot));
  return rows.length === 0 ? undefined : codeBlock(rows);
}

export function warningText({ job, progress }: JobSnapshot): string {
  const { firstNonFiniteStep, unreadableLines } = progress;
  return lines(
    firstNonFiniteStep !== undefined && `⚠️ Loss not finite since step ${formatCount(firstNonFiniteStep)}`,
    ...warningsOf(job)
      .slice(0, 5)
      .map((warning) => `⚠️ ${plain(warning, 150)}`),
    // At the end it is one of the warnings.
    unreadableLines > 0 &&
      !isEnded(job.state) &&
      `${countOf(unreadableLines, 'unreadable line')} of the log left out`,
  );
}

/** Before the first figures the program's last line is all there is to see. */
export function lastLineText({ progress, tail }: JobSnapshot): string | undefined {
  if (Object.keys(progress.figures).length > 0 && progress.phase === 'training') return undefined;
  const line = progress.lastLine ?? tail.at(-1);
  return line === undefined || line.trim() === '' ? 'No output yet' : outputBlock([line], 250);
}

/** 15 lines of 120 columns, wrapped, fit in this. */
const longestTail = 2400;

function tailText({ job, tail }: JobSnapshot, maxLength: number): string {
  if (job.startedAt === undefined && tail.length === 0) return '';
  if (tail.length === 0) return 'No output was found.';
  const head = 'Its last lines:\n';
  // Fences, and the empty line between paragraphs.
  return `${head}${outputBlock(tail.slice(-15), maxLength - head.length - 12)}`;
}

/** Why it ended, where that was no success. */
export function reasonText(snapshot: JobSnapshot): string | undefined {
  const { state } = snapshot.job;
  switch (state.name) {
    case 'failed': {
      const hint = failureHints[state.failure.code];
      return lines(
        `**${plain(state.failure.message, 400)}**`,
        hint && `→ ${hint}`,
        state.gaveUpBy !== undefined && `<@${state.gaveUpBy}> gave it up ${relativeTime(state.at)}.`,
      );
    }
    case 'cancelled':
      return `Cancelled by ${canceller(state)}`;
    case 'lost':
      return lines(
        `**${plain(state.why, 400)}**`,
        snapshot.job.kind === 'upload'
          ? 'How it ended is not known.'
          : 'How it ended is not known. What it saved is still in its run folder.',
      );
    default:
      return undefined;
  }
}

/** The person, or the rule that stopped it in the person's name. */
function canceller({ by, rule }: { readonly by: string; readonly rule?: string }): string {
  return rule === undefined ? `<@${by}>` : `the sentinel's rule ${code(rule, 40)} (set to auto-stop)`;
}

/** How long it ran. Of a job that was lost nobody knows; where it stood is in the first line, but for a failure's. */
function durationText(snapshot: JobSnapshot): string | undefined {
  const { startedAt, state } = snapshot.job;
  if (startedAt === undefined) return 'It never ran.';
  if (state.name === 'lost') return undefined;
  const parts = [
    `Ran ${formatDuration(state.at - startedAt)}`,
    state.name === 'cancelled' ? undefined : stepOfTotal(snapshot),
    state.name === 'failed' && state.exitCode !== undefined ? `exit code ${state.exitCode}` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** Which job this is, whose, of what, and where its files are. */
function identity({ job }: JobSnapshot): string {
  const { plan } = job;
  const model = plan.kind === 'train' ? settingOf(plan, 'model') : undefined;
  const dataset = plan.kind === 'train' ? plan.dataset?.name : undefined;
  return lines(
    `**Job ${job.id}** ${planSubject(plan)}, for <@${job.requestedBy}>`,
    model && `Model ${code(formatSetting(model.value), 150)}`,
    dataset !== undefined && `Dataset ${code(dataset, 150)}`,
    plan.kind === 'train' && plan.note !== undefined && plan.note.trim() !== ''
      ? `Note: ${plain(plan.note, 200)}`
      : undefined,
    job.runPath !== undefined && `Run folder ${code(job.runPath, 300)}`,
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
