import type { APIMessageTopLevelComponent } from 'discord-api-types/v10';
import { runsAPage, type RunListPage, type RunType } from '../domain/run-list.js';
import type { RunCheckpoints } from '../domain/run-checkpoints.js';
import type { UploadWizard } from '../domain/upload-wizard.js';
import { buttonRow, type ButtonParts } from './buttons.js';
import { checkpointSections } from './checkpoints-message.js';
import { codeBlock, padEnd, padStart } from './columns.js';
import { actionIds } from './custom-id.js';
import { lines } from './embed.js';
import { menuRow, type MenuEntry } from './menu.js';
import { countOf, formatBytes } from './numbers.js';
import { runLines, runStanding } from './runs-page.js';
import { code } from './text.js';
import { ggufText, methodWords } from './upload-details.js';
import type { WizardQuestion } from './upload-wizard-message.js';

export interface StepBody {
  readonly title: string;
  readonly sections: readonly (string | undefined)[];
  readonly components: readonly APIMessageTopLevelComponent[];
}

interface StepOptions {
  readonly draftId: string;
  /** The button Back, where there is a step to go back to. */
  readonly back: readonly ButtonParts[];
}

type Of<Step extends WizardQuestion['step']> = Extract<WizardQuestion, { step: Step }>;

/** Uploads that are confirmed together at most. */
export const maxCheckpoints = 10;

/** What a step asks and offers. */
export function stepBody(wizard: UploadWizard, question: WizardQuestion, options: StepOptions): StepBody {
  switch (question.step) {
    case 'type':
      return askType(question, options);
    case 'run':
      return askRun(question, options);
    case 'checkpoints':
      return askCheckpoints(question, options);
    case 'repo':
      return askRepo(wizard, question, options);
    case 'save':
      return askSave(wizard, question, options);
    default:
      return askGguf(wizard, question, options);
  }
}

function withMenu(
  step: WizardQuestion['step'],
  placeholder: string,
  entries: readonly MenuEntry[],
  { draftId, back }: StepOptions,
  limits: { readonly max?: number; readonly buttons?: readonly ButtonParts[] } = {},
): StepBody['components'] {
  const buttons = [...(limits.buttons ?? []), ...back];
  return [
    ...(entries.length === 0
      ? []
      : [menuRow(actionIds.uploadPick(draftId, step), placeholder, entries, limits.max)]),
    ...(buttons.length === 0 ? [] : [buttonRow(...buttons)]),
  ];
}

/** How an entry of the menu of types is named; compared, never taken apart. */
export function typeValue({ platform, method }: Pick<RunType, 'platform' | 'method'>): string {
  return `${platform}/${method}`;
}

/** In place of a type: a repository that is on the Hub already. */
export const hubValue = '@hub';

function askType({ types }: Of<'type'>, options: StepOptions): StepBody {
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

function askRun({ page }: Of<'run'>, options: StepOptions): StepBody {
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

function askCheckpoints({ run }: Of<'checkpoints'>, options: StepOptions): StepBody {
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

function askRepo({ source, checkpoints = [] }: UploadWizard, { username }: Of<'repo'>, options: StepOptions) {
  const name =
    username === undefined
      ? 'as `USER/NAME`'
      : `its name alone is enough: it belongs to ${code(username, 100)}`;
  const hub = source === 'hub';
  return {
    title: hub ? 'which repository on the Hub?' : 'to which repository?',
    sections: [
      lines(
        hub
          ? 'GGUF files are made of it and pushed to one of the same name with `-GGUF`, which the upload program makes **public**.'
          : `Name the repository on the Hub, ${name}. It is made if it is not there.`,
        checkpoints.length > 1 && 'Each checkpoint gets one of its own: `-step-N` is put after the name.',
      ),
    ],
    components: [
      buttonRow(
        { id: actionIds.uploadNameRepo(options.draftId), label: 'Name the repository', style: 'primary' },
        ...options.back,
      ),
    ],
  };
}

function askSave(
  { checkpoints = [] }: UploadWizard,
  { estimates }: Of<'save'>,
  options: StepOptions,
): StepBody {
  const rows = estimates.map(
    ({ saveMethod, uploadBytes }) => `${padEnd(saveMethod, 14)}${padStart(formatBytes(uploadBytes), 9)}`,
  );
  return {
    title: 'how is it saved?',
    sections: [
      rows.length === 0 ? undefined : codeBlock(rows),
      `Expected sizes on the Hub${checkpoints.length > 1 ? ', of each' : ''}, without GGUF.`,
    ],
    components: withMenu(
      'save',
      'Save method',
      estimates.map(({ saveMethod, uploadBytes }) => ({
        label: `${saveMethod}, about ${formatBytes(uploadBytes)}`,
        value: saveMethod,
        description: methodWords[saveMethod],
      })),
      options,
    ),
  };
}

function askGguf(wizard: UploadWizard, { quantizations }: Of<'gguf'>, options: StepOptions): StepBody {
  const { draftId } = options;
  const { marked, source } = wizard;
  const hub = source === 'hub';
  const entries = quantizations.slice(0, 25).map((value) => ({
    label: value,
    value,
    ...(marked.includes(value) && { isDefault: true }),
  }));
  const without = {
    id: actionIds.uploadGguf(draftId, 'no'),
    label: 'Without GGUF',
    style: 'secondary',
  } as const;
  const visibility = {
    id: actionIds.uploadPrivate(draftId, wizard.private ? 'no' : 'yes'),
    label: wizard.private ? 'Make it public' : 'Make it private',
    style: 'secondary',
  } as const;
  return {
    title: 'GGUF files?',
    sections: [
      lines(
        'GGUF files run with llama.cpp, Ollama and LM Studio.',
        marked.length === 0 ? 'None is marked in the menu.' : `Marked: ${ggufText(marked)}`,
      ),
      becomesText(wizard),
    ],
    components: withMenu('gguf', 'Quantizations', entries, options, {
      max: entries.length,
      buttons: [
        {
          id: actionIds.uploadGguf(draftId, 'yes'),
          label: `With ${countOf(marked.length, 'GGUF file')}`,
          style: 'primary',
          disabled: marked.length === 0,
        },
        ...(hub ? [] : [without, visibility]),
      ],
    }),
  };
}

function becomesText(wizard: UploadWizard): string {
  if (wizard.source === 'hub') return '🌐 The repository of the GGUF files becomes **public**.';
  return wizard.private
    ? '🔒 A new repository becomes **private**.'
    : '🌐 A new repository becomes **public**: anybody can read it.';
}
