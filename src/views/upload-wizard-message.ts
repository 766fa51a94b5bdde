import { nextStep, stepsOf, type UploadWizard, type WizardStep } from '../domain/upload-wizard.js';
import { buttonRow, type ButtonParts } from './buttons.js';
import { actionIds } from './custom-id.js';
import { buildEmbed, lines } from './embed.js';
import type { MessageBody } from './message.js';
import { palette } from './palette.js';
import { code, plain, sentences } from './text.js';
import { checkpointText, ggufText, visibilityText } from './upload-details.js';
import type { WizardQuestion } from './upload-wizard-body.js';
import { stepBody } from './upload-wizard-steps.js';

export interface WizardOptions {
  readonly draftId: string;
  readonly canGoBack: boolean;
  /** Why the last answer was not taken. */
  readonly problem?: { readonly message: string; readonly remedy?: string | undefined };
}

/** One step of the questions about an upload: what is known, what is asked, and the way back. */
export function uploadWizardMessage(
  wizard: UploadWizard,
  question: WizardQuestion,
  options: WizardOptions,
): MessageBody {
  const { draftId, canGoBack, problem } = options;
  const back = canGoBack ? [backButton(draftId, question.step)] : [];
  const body = stepBody(wizard, question, { draftId, back });
  const embed = buildEmbed({
    title: `⬆️ Upload ${placeOf(wizard, question.step)}: ${body.title}`,
    colour: problem ? palette.warned : palette.waiting,
    sections: [problem && problemText(problem), ...body.sections, knownText(wizard)],
  });
  return { embeds: [embed], components: body.components, mention: [] };
}

/** `3 of 6`. */
function placeOf(wizard: UploadWizard, step: WizardStep): string {
  const steps = stepsOf(wizard);
  return `${steps.indexOf(step) + 1} of ${steps.length}`;
}

function backButton(draftId: string, from: WizardStep | 'end'): ButtonParts {
  return { id: actionIds.uploadBack(draftId, from), label: '◀ Back', style: 'secondary' };
}

function doneButtons(draftId: string, canGoBack: boolean) {
  return canGoBack ? [buttonRow(backButton(draftId, 'end'))] : [];
}

function problemText({ message, remedy }: NonNullable<WizardOptions['problem']>): string {
  return lines(
    `⚠️ **${sentences(message, 400)}**`,
    remedy === undefined ? undefined : `→ ${sentences(remedy, 300)}`,
  );
}

/** The answers so far, small: they are what Back takes away. */
function knownText(wizard: UploadWizard): string {
  const { source, run, checkpoints, repo, saveMethod, quantizations } = wizard;
  const steps = checkpoints?.map((one) => checkpointText(one === 'final' ? {} : { step: one }));
  const known = [
    run && `${code(run.name, 60)} ${plain(run.methodLabel, 60)}${steps ? `, ${steps.join(', ')}` : ''}`,
    repo === undefined ? undefined : repoText(repo, source),
    saveMethod && code(saveMethod, 40),
    quantizations && (quantizations.length === 0 ? 'no GGUF' : ggufText(quantizations)),
    nextStep(wizard) === undefined ? visibilityText(wizard) : undefined,
  ].filter((one) => one !== undefined);
  return known.length === 0 ? '' : known.map((one) => `-# ✓ ${one}`).join('\n');
}

function repoText(repo: string, source: UploadWizard['source']): string {
  return source === 'hub' ? `GGUF of ${code(repo, 150)}` : `to ${code(repo, 150)}`;
}

/** While the Hub and this machine are asked whether it can be done. */
export function uploadCheckingMessage(
  wizard: UploadWizard,
  { draftId, canGoBack }: WizardOptions,
): MessageBody {
  const embed = buildEmbed({
    title: '⬆️ Upload: checking …',
    colour: palette.waiting,
    sections: [
      'Token, repository, disk and files are looked at. Nothing is uploaded yet.',
      knownText(wizard),
    ],
  });
  return { embeds: [embed], components: doneButtons(draftId, canGoBack), mention: [] };
}

/** Where the plan is shown, which is confirmed there. `url`: address of its message. */
export function uploadShownMessage(
  wizard: UploadWizard,
  { draftId, canGoBack, url }: WizardOptions & { readonly url?: string },
): MessageBody {
  const embed = buildEmbed({
    title: '⬆️ The plan stands in the channel',
    colour: palette.running,
    sections: [
      lines(
        'Nothing leaves the host before **Upload** is pressed there.',
        url,
        canGoBack && 'Back takes that plan away and asks once more.',
      ),
      knownText(wizard),
    ],
  });
  return { embeds: [embed], components: doneButtons(draftId, canGoBack), mention: [] };
}
