import type { RunCheckpoints } from '../domain/run-checkpoints.js';
import { checkpointControls } from './checkpoints-controls.js';
import { checkpointTable } from './checkpoints-table.js';
import { codeBlock } from './columns.js';
import { buildEmbed, lines } from './embed.js';
import type { MessageBody } from './message.js';
import { countOf, formatCount, relativeTime } from './numbers.js';
import { palette } from './palette.js';
import { runningText } from './runs-page.js';
import { cleanLine, code, plain, truncate } from './text.js';

const pictureName = 'run.png';
/** Incomplete checkpoints whose reason is told; more are marked in the table alone. */
const toldIncomplete = 3;

/** A run with its checkpoints: which to take, the table, what was noticed, the picture, a menu to go on from one. */
export function checkpointsMessage(
  shown: RunCheckpoints,
  { chart }: { readonly chart?: Buffer } = {},
): MessageBody {
  const embed = buildEmbed({
    title: '📍 Checkpoints',
    colour: shown.status === 'running' ? palette.running : palette.done,
    sections: [headText(shown), ...checkpointSections(shown)],
    ...(chart && { picture: pictureName }),
  });
  return {
    embeds: [embed],
    components: checkpointControls(shown),
    ...(chart && {
      files: [
        {
          name: pictureName,
          data: chart,
          description: `Curves of the run ${truncate(cleanLine(shown.name), 100)}`,
        },
      ],
    }),
    mention: [],
  };
}

/** Which checkpoint to take, the table, and what was noticed. */
export function checkpointSections(shown: RunCheckpoints): (string | undefined)[] {
  const { rows, left } = checkpointTable(shown);
  return [
    recommendedText(shown),
    rows.length === 0 ? 'It has no checkpoints.' : codeBlock(rows),
    legendText(shown),
    left > 0 ? `${countOf(left, 'earlier checkpoint')} not shown.` : undefined,
    faultText(shown),
  ];
}

function headText(shown: RunCheckpoints): string {
  const { name, methodLabel, modifiedMs, status, job, lastStep, hasFinalModel } = shown;
  const parts = [
    `${code(name, 60)} ${plain(methodLabel, 60)}`,
    relativeTime(modifiedMs),
    status === 'running' ? runningText(shown) : undefined,
    lastStep === undefined ? undefined : `last step ${formatCount(lastStep)}`,
    hasFinalModel ? 'final model' : 'no final model',
    job === undefined ? undefined : `<@${job.requestedBy}> (job ${job.id})`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function recommendedText({ recommended, checkpoints }: RunCheckpoints): string | undefined {
  if (recommended) return `★ **Recommended: step ${recommended.step}.** ${recommended.why}`;
  return checkpoints.length === 0
    ? undefined
    : 'None is recommended: of no whole checkpoint are finite figures known.';
}

function legendText({ checkpoints, finalModel, method }: RunCheckpoints): string {
  const incomplete = [...checkpoints, ...(finalModel ? [finalModel] : [])].some(
    (one) => one.incomplete !== undefined,
  );
  const approximate = checkpoints.some(({ figures }) => figures?.approximate === true);
  const words = [
    incomplete ? '✗ incomplete' : undefined,
    approximate ? '≈ figures of the entry before it' : undefined,
    method === 'kto' ? 'Score = margin / KL, high at the start where KL is tiny' : undefined,
  ];
  const told = words.filter((word) => word !== undefined).join(' · ');
  return told === '' ? '' : `-# ${told}`;
}

function faultText(shown: RunCheckpoints): string {
  const { checkpoints, finalModel, firstNonFiniteStep, unreadableLines, problem } = shown;
  const broken = [
    ...(finalModel?.incomplete === undefined
      ? []
      : [{ name: 'final_model', incomplete: finalModel.incomplete }]),
    ...checkpoints.flatMap(({ name, incomplete }) =>
      incomplete === undefined ? [] : [{ name, incomplete }],
    ),
  ];
  return lines(
    ...broken
      .slice(0, toldIncomplete)
      .map(({ name, incomplete }) => `⚠️ ${code(name, 60)} is incomplete: ${plain(incomplete, 120)}.`),
    broken.length > toldIncomplete &&
      `⚠️ ${formatCount(broken.length - toldIncomplete)} more are incomplete.`,
    firstNonFiniteStep !== undefined &&
      `⚠️ From step ${formatCount(firstNonFiniteStep)} on figures are not finite.`,
    unreadableLines > 0 && `⚠️ ${countOf(unreadableLines, 'unreadable line')} in its log.`,
    problem !== undefined && `⚠️ The figures could not be read: ${plain(problem, 160)}.`,
  );
}
