import type { JobStateName } from '../domain/job.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import type { UploadResult } from '../domain/upload-plan.js';
import type { UploadProgress, UploadStage } from '../domain/upload-progress.js';
import { codeBlock, padStart, phoneColumns, wrapColumns } from './columns.js';
import { lines } from './embed.js';
import { cancelText, endTail, lastLineText, reasonText, warningText } from './job-details.js';
import { countOf, formatBytes, formatCount, formatDuration, relativeTime } from './numbers.js';
import { progressBar } from './progress-bar.js';
import { code, plain, truncate, cleanLine } from './text.js';
import { savedText, sourceText, visibilityText, type UploadOnly } from './upload-details.js';
import { stageWords, tryText } from './upload-head.js';

/** The paragraphs of an upload's message below its first line, by the weight they have on a phone. */
export function uploadSections(snapshot: JobSnapshot, plan: UploadOnly): (string | undefined)[] {
  const { state } = snapshot.job;
  const told = identity(snapshot, plan);
  switch (state.name) {
    case 'queued':
      return [
        retryText(snapshot),
        lines(
          state.wait !== undefined && `Waits: ${plain(state.wait, 600)}`,
          snapshot.job.held && 'An administrator holds it back.',
          state.retry === undefined && `Queued ${relativeTime(state.at)}`,
        ),
        told,
      ];
    case 'starting':
      return [cancelText(snapshot), `Its program was called ${relativeTime(state.at)}`, told];
    case 'running':
      return [
        cancelText(snapshot),
        stagesText(snapshot),
        warningText(snapshot),
        snapshot.progress.upload?.stage === undefined ? lastLineText(snapshot) : undefined,
        told,
      ];
    default:
      return endSections(snapshot, told);
  }
}

/** Between two tries: when the next one comes, and why there is one. Discord counts the seconds itself. */
function retryText({ job: { state } }: JobSnapshot): string | undefined {
  if (state.name !== 'queued' || state.retry === undefined) return undefined;
  const { next, of, notBefore, why } = state.retry;
  return lines(
    `**Try ${formatCount(next)} of ${formatCount(of)} ${relativeTime(notBefore)}**`,
    `What went wrong: ${plain(why, 400)}`,
  );
}

/** What is done, what is being done with its bar and sizes, what is to come: a line each. */
function stagesText({ job, progress: { upload }, at }: JobSnapshot): string | undefined {
  const started = job.startedAt === undefined ? undefined : `Started ${relativeTime(job.startedAt)}`;
  if (upload === undefined) return started;
  const now = upload.stage === undefined ? -1 : upload.stages.indexOf(upload.stage);
  return lines(
    ...upload.stages.map((stage, index) => {
      if (index < now) return `✅ ${stageWords[stage].name}`;
      return index === now ? currentText(stage, upload, at) : `▫️ ${stageWords[stage].name}`;
    }),
    [sentence(tryText(upload)), started].filter(Boolean).join(' · '),
  );
}

function currentText(stage: UploadStage, upload: UploadProgress, at: number): string {
  const { item, part, sentBytes, totalBytes, bytesPerSecond, etaMs } = upload;
  const sizes = [
    sentBytes === undefined || totalBytes === undefined
      ? undefined
      : `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}`,
    bytesPerSecond === undefined ? undefined : `${formatBytes(bytesPerSecond)}/s`,
    etaMs === undefined || !Number.isFinite(etaMs) || etaMs < 0
      ? undefined
      : `done ${relativeTime(at + etaMs)}`,
  ].filter((one) => one !== undefined);
  return lines(
    `▶️ **${stageWords[stage].name}**${item === undefined ? '' : ` ${code(item, 80)}`}`,
    progressBar(part, 1),
    sizes.join(', '),
  );
}

function endSections(snapshot: JobSnapshot, told: string): (string | undefined)[] {
  const { state } = snapshot.job;
  if (state.name === 'succeeded') {
    return [
      lines(state.upload && resultText(state.upload), durationText(snapshot)),
      warningText(snapshot),
      state.upload && filesText(state.upload),
      told,
      state.upload && localText(state.upload),
    ];
  }
  const sections = [
    lines(reasonText(snapshot), partText(snapshot), durationText(snapshot)),
    warningText(snapshot),
    told,
  ];
  return [...sections, endTail(snapshot, sections)];
}

/** What may be on the Hub though the upload is not whole: told rather than left to be guessed. */
function partText({ job: { startedAt, state }, progress: { upload } }: JobSnapshot): string | undefined {
  if (startedAt === undefined) return 'Nothing was uploaded.';
  if (state.name === 'failed' && state.failure.code === 'upload-incomplete') return undefined;
  if (upload?.stage === 'merge' && upload.attempt === 1) return 'Nothing had been pushed.';
  return 'Files that had been pushed before may be on the Hub.';
}

function resultText({ repoId, commit, files }: UploadResult): string {
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return lines(
    `**Verified on the Hub**: ${countOf(files.length, 'file')}, ${formatBytes(bytes)}, as made here`,
    `${code(repoId, 150)} at commit ${code(commit.slice(0, 12), 12)}`,
  );
}

const maxFiles = 12;
const sizeColumns = 7;

/** Size and name, 34 columns: the largest first. */
function filesText({ files }: UploadResult): string | undefined {
  if (files.length === 0) return undefined;
  const rows = files.slice(0, maxFiles).flatMap(({ path, sizeBytes }) => {
    const name = truncate(cleanLine(path), 100);
    const row = `${padStart(formatBytes(sizeBytes), sizeColumns)} ${name}`;
    return wrapColumns(row, phoneColumns, ' '.repeat(sizeColumns + 1));
  });
  const left = files.length - maxFiles;
  return lines(codeBlock(rows), left > 0 && `… and ${countOf(left, 'more file')}`);
}

function localText({ localCopy }: UploadResult): string | undefined {
  if (localCopy === undefined) return undefined;
  return `What was made here still takes ${formatBytes(localCopy.sizeBytes)}: ${code(localCopy.path, 300)}`;
}

/** How long the last try ran, which it was, and in what stage it ended. */
function durationText({ job, progress: { upload } }: JobSnapshot): string {
  const { startedAt, state } = job;
  if (startedAt === undefined) return 'It never ran.';
  const doing = upload?.stage === undefined ? undefined : stageWords[upload.stage].doing;
  // Of one that was cancelled the title says it.
  const stage = doing === undefined ? undefined : endWords(state.name, doing);
  const ran = state.name === 'lost' ? undefined : `Ran ${formatDuration(state.at - startedAt)}`;
  const told = [
    ran,
    upload && tryText(upload),
    stage,
    state.name === 'failed' && state.exitCode !== undefined ? `exit code ${state.exitCode}` : undefined,
  ];
  return sentence(told.filter(Boolean).join(', ')) ?? '';
}

function endWords(state: JobStateName, doing: string): string | undefined {
  if (state === 'failed') return `ended while ${doing}`;
  return state === 'lost' ? `last seen ${doing}` : undefined;
}

function identity({ job }: JobSnapshot, plan: UploadOnly): string {
  return lines(
    `**Job ${job.id}** Upload to ${code(plan.repoId, 150)}, ${visibilityText(plan)}, for <@${job.requestedBy}>`,
    sourceText(plan.source),
    savedText(plan),
  );
}

function sentence(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text.charAt(0).toUpperCase() + text.slice(1);
}
