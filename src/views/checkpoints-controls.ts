import type { CheckpointRow, RunCheckpoints } from '../domain/run-checkpoints.js';
import { buttonRow } from './buttons.js';
import { actionIds } from './custom-id.js';
import { menuRow, type MenuEntry } from './menu.js';

/** Discord's limit of entries in a select menu. */
const maxEntries = 25;
/** As many as `/compare` takes. */
const mostCompared = 4;
/** In the place of a step: the run itself, with its last figures. */
export const wholeRun = 'run';

/** What can be done with a run: go on from a checkpoint, compare some, upload one. */
export function checkpointControls(shown: RunCheckpoints) {
  return [...resumeMenu(shown), ...compareMenu(shown), ...uploadButton(shown)];
}

/** The recommended one, then the newest. */
function inOrder({ checkpoints, recommended }: RunCheckpoints): readonly CheckpointRow[] {
  const isChosen = ({ step }: CheckpointRow): boolean => step === recommended?.step;
  const newest = checkpoints.toReversed();
  return [...newest.filter(isChosen), ...newest.filter((row) => !isChosen(row))];
}

function entryOf({ step }: CheckpointRow, { recommended }: RunCheckpoints): MenuEntry {
  return {
    label: `Step ${step}`,
    value: String(step),
    ...(step === recommended?.step && { description: 'recommended' }),
  };
}

/** Whole checkpoints alone. */
function resumeMenu(shown: RunCheckpoints) {
  const offered = inOrder(shown).filter(({ incomplete }) => incomplete === undefined);
  if (!shown.resumable || offered.length === 0) return [];
  const entries = offered.slice(0, maxEntries).map((row) => entryOf(row, shown));
  return [menuRow(actionIds.resumeRun(shown.id), 'Resume from here…', entries)];
}

/** Those whose figures are known, whole or not, and the run as it stands at its end. */
function compareMenu(shown: RunCheckpoints) {
  const known = inOrder(shown).filter(({ figures }) => figures !== undefined);
  const steps = known.slice(0, maxEntries - 1).map((row) => entryOf(row, shown));
  const last: MenuEntry[] = shown.lastStep === undefined ? [] : [{ label: 'Last figures', value: wholeRun }];
  const entries = [...steps, ...last];
  if (entries.length < 2) return [];
  const range = { min: 2, max: Math.min(mostCompared, entries.length) };
  return [menuRow(actionIds.compareRun(shown.id), 'Compare two to four…', entries, range)];
}

/** What is whole can go to the Hub: the checkpoint is asked for at the press. */
function uploadButton({ id, checkpoints, finalModel }: RunCheckpoints) {
  const whole = [...checkpoints, ...(finalModel ? [finalModel] : [])].some(
    ({ incomplete }) => incomplete === undefined,
  );
  if (!whole) return [];
  return [buttonRow({ id: actionIds.uploadOfRun(id), label: 'Upload…', style: 'secondary' })];
}
