import type { UploadWizard } from '../domain/upload-wizard.js';
import { buttonRow, type ButtonParts } from './buttons.js';
import { codeBlock, padEnd, padStart } from './columns.js';
import { actionIds } from './custom-id.js';
import { lines } from './embed.js';
import { countOf, formatBytes } from './numbers.js';
import { code } from './text.js';
import { ggufText, methodWords } from './upload-details.js';
import { withMenu, type Of, type StepBody, type StepOptions } from './upload-wizard-body.js';

/** Which repository: a button that opens the form for its name. */
export function askRepo(
  { source, checkpoints = [] }: UploadWizard,
  { username }: Of<'repo'>,
  options: StepOptions,
) {
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

/** Which save method, with what each comes to. */
export function askSave(
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

/** Which GGUF files, if any, and who sees the repository. */
export function askGguf(wizard: UploadWizard, { quantizations }: Of<'gguf'>, options: StepOptions): StepBody {
  const { marked } = wizard;
  const entries = quantizations.slice(0, 25).map((value) => ({
    label: value,
    value,
    ...(marked.includes(value) && { isDefault: true }),
  }));
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
      buttons: ggufButtons(wizard, options.draftId),
    }),
  };
}

function ggufButtons(wizard: UploadWizard, draftId: string): ButtonParts[] {
  const { marked, source } = wizard;
  const some: ButtonParts = {
    id: actionIds.uploadGguf(draftId, 'yes'),
    label: `With ${countOf(marked.length, 'GGUF file')}`,
    style: 'primary',
    disabled: marked.length === 0,
  };
  if (source === 'hub') return [some];
  const none: ButtonParts = {
    id: actionIds.uploadGguf(draftId, 'no'),
    label: 'Without GGUF',
    style: 'secondary',
  };
  const visibility: ButtonParts = {
    id: actionIds.uploadPrivate(draftId, wizard.private ? 'no' : 'yes'),
    label: wizard.private ? 'Make it public' : 'Make it private',
    style: 'secondary',
  };
  return [some, none, visibility];
}

function becomesText(wizard: UploadWizard): string {
  if (wizard.source === 'hub') return '🌐 The repository of the GGUF files becomes **public**.';
  return wizard.private
    ? '🔒 A new repository becomes **private**.'
    : '🌐 A new repository becomes **public**: anybody can read it.';
}
