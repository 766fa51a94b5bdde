import type { RunCheckpoints } from '../domain/run-checkpoints.js';
import { runsAPage, type RunListPage, type RunType } from '../domain/run-list.js';
import type { ButtonParts } from './buttons.js';
import { checkpointSections } from './checkpoints-message.js';
import { actionIds } from './custom-id.js';
import type { MenuEntry } from './menu.js';
import { countOf } from './numbers.js';
import { runLines, runStanding } from './runs-page.js';
import { withMenu, type Of, type StepBody, type StepOptions } from './upload-wizard-body.js';

/** Uploads that are confirmed together at most. */
export const maxCheckpoints = 10;

/** How an entry of the menu of types is named; compared, never taken apart. */
export function typeValue({ platform, method }: Pick<RunType, 'platform' | 'method'>): string {
  return `${platform}/${method}`;
}

/** In place of a type: a repository that is on the Hub already. */
export const hubValue = '@hub';

/** How the model was trained, or a repository on the Hub. */
export function askType({ types }: Of<'type'>, options: StepOptions): StepBody {
  const entries = types.slice(0, 24).map((type) => ({
    label: `${type.methodLabel} on ${type.platformLabel}`,
    value: typeValue(type),
    description: countOf(type.runs, 'run'),
  }));
  const hub = {
    label: 'GGUF of a repository on the Hub',
    value: hubValue,
    description: 'USER/REPO, pushed to USER/REPO-GGUF',
  };
  return {
    title: 'which kind of model?',
    sections: [
      types.length === 0
        ? 'There is no run here whose model could be uploaded.'
        : 'Choose how it was trained. Nothing is uploaded before you have seen the plan and pressed **Upload**.',
    ],
    components: withMenu('type', 'How it was trained', [...entries, hub], options),
  };
}

/** Which run: one page, as /runs shows it. */
export function askRun({ page }: Of<'run'>, options: StepOptions): StepBody {
  const entries = page.entries.map((entry) => ({
    label: entry.name,
    value: entry.id,
    description: runStanding(entry),
  }));
  const last = Math.max(0, Math.ceil(page.total / runsAPage) - 1);
  return {
    title: 'which run?',
    sections: [page.entries.length === 0 ? 'No run fits.' : page.entries.map(runLines).join('\n')],
    components: withMenu('run', 'Run', entries, options, {
      buttons: last === 0 ? [] : pageButtons(page, last, options.draftId),
    }),
  };
}

function pageButtons({ page }: RunListPage, last: number, draftId: string): ButtonParts[] {
  const turn = (to: number, label: string, disabled: boolean): ButtonParts => ({
    // A page that does not exist keeps the id of a disabled button from being that of another.
    id: actionIds.uploadTurn(draftId, disabled ? 999_990 + (to < page ? 0 : 1) : to),
    label,
    style: 'secondary',
    disabled,
  });
  return [turn(page - 1, '◀ Newer', page === 0), turn(page + 1, 'Older ▶', page >= last)];
}

/** Which checkpoints, one or several: the table of /checkpoints. */
export function askCheckpoints({ run }: Of<'checkpoints'>, options: StepOptions): StepBody {
  const entries = checkpointEntries(run);
  const max = Math.min(maxCheckpoints, entries.length);
  return {
    title: 'which checkpoint?',
    sections: [
      ...checkpointSections(run),
      max > 1
        ? 'Choose one, or several for an upload each, to a repository named after its step.'
        : undefined,
    ],
    components: withMenu('checkpoints', 'Checkpoints to upload', entries, options, { max }),
  };
}

/** What is whole: the recommended one first, then the final model, then the newest. */
function checkpointEntries({ checkpoints, finalModel, recommended }: RunCheckpoints): MenuEntry[] {
  const steps = checkpoints
    .filter(({ incomplete }) => incomplete === undefined)
    .toReversed()
    .map(({ step }): MenuEntry => ({
      label: `Step ${step}`,
      value: String(step),
      ...(step === recommended?.step && { description: 'recommended' }),
    }));
  const final: MenuEntry[] =
    finalModel && finalModel.incomplete === undefined
      ? [{ label: 'Final model', value: 'final', description: 'as the training ended' }]
      : [];
  const isChosen = ({ description }: MenuEntry): boolean => description === 'recommended';
  return [...steps.filter(isChosen), ...final, ...steps.filter((entry) => !isChosen(entry))].slice(0, 25);
}
