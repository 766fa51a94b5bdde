import type { UploadBatch, UploadedModel, UploadPlan } from '../domain/upload-plan.js';
import { codeBlock, wrapColumns } from './columns.js';
import { lines } from './embed.js';
import { figureRows } from './figures.js';
import { countOf, formatBytes } from './numbers.js';
import { cleanLine, code, plain, truncate } from './text.js';
import { checkpointText, savedText, sourceText, uploadNames, visibilityText } from './upload-details.js';

/** Lines of the model card that a summary shows; the button brings all of it. */
const previewLines = 9;

/** What is uploaded, its figures and sizes, and how its model card begins. */
export function uploadPlanSections(
  plan: UploadPlan | UploadBatch,
  card: string | undefined,
): (string | undefined)[] {
  if (plan.kind === 'upload-batch') return batchSections(plan, card);
  return [
    uploadNames(plan),
    plan.source.kind === 'model' ? figuresText(plan.source) : undefined,
    plan.made && 'Everything was made before: what the Hub lacks is pushed, nothing is made anew.',
    sizesText(plan.uploadBytes, plan.diskBytes),
    cardText(card),
  ];
}

/** The same of a plan that is over: names alone. */
export function uploadPlanNames(plan: UploadPlan | UploadBatch): string {
  return plan.kind === 'upload' ? uploadNames(plan) : batchNames(plan);
}

function figuresText({ figures, columns }: UploadedModel): string | undefined {
  const rows = figureRows(columns, { figures, earlier: {}, evaluation: {}, sinceStart: false }, 6);
  return rows.length === 0 ? undefined : codeBlock(rows);
}

/** Estimates, and named so. */
function sizesText(uploadBytes: number, diskBytes: number): string {
  const [sent, copies] = [formatBytes(uploadBytes), formatBytes(diskBytes)];
  return `About **${sent}** go to the Hub; the copies made for it take about ${copies} of disk.`;
}

function cardText(card: string | undefined): string | undefined {
  if (card === undefined) return undefined;
  const rows = card
    .split('\n')
    .map((line) => truncate(cleanLine(line), 150))
    .filter((line) => line !== '');
  const shown = rows.slice(0, previewLines).flatMap((line) => wrapColumns(line));
  if (shown.length === 0) return undefined;
  const left = rows.length - previewLines;
  return lines('Model card:', codeBlock(shown), left > 0 && `-# … and ${countOf(left, 'more line')}`);
}

const shownUploads = 10;

function batchSections(batch: UploadBatch, card: string | undefined): (string | undefined)[] {
  const { uploads } = batch;
  const sum = (of: (plan: UploadPlan) => number) => uploads.reduce((bytes, plan) => bytes + of(plan), 0);
  return [
    batchNames(batch),
    'One after another; each is a job of its own, tried and told on its own.',
    sizesText(
      sum((plan) => plan.uploadBytes),
      sum((plan) => plan.diskBytes),
    ),
    card === undefined ? undefined : cardText(card),
  ];
}

function batchNames({ uploads }: UploadBatch): string {
  const [first] = uploads;
  if (!first) return '';
  const { source } = first;
  return lines(
    source.kind === 'model'
      ? `From ${code(source.runName, 60)} ${plain(source.methodLabel, 60)}`
      : sourceText(source),
    ...uploads.slice(0, shownUploads).map((plan) => `• ${batchLine(plan)}`),
    uploads.length > shownUploads && `… and ${countOf(uploads.length - shownUploads, 'more upload')}`,
    visibilityText(first),
    savedText(first),
  );
}

function batchLine({ source, repoId, uploadBytes }: UploadPlan): string {
  const what = source.kind === 'model' ? checkpointText(source) : code(source.repoId, 100);
  return `${what} to ${code(repoId, 100)}, about ${formatBytes(uploadBytes)}`;
}
