import {
  goBackTo,
  nextStep,
  stepBefore,
  type UploadWizard,
  type WizardRun,
} from '../domain/upload-wizard.js';
import { UserError } from '../domain/user-error.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import { wordMessage } from '../views/error-message.js';
import { planStateText } from '../views/plan-message.js';
import { repoField, uploadRepoModal } from '../views/upload-repo-modal.js';
import type { Action, ActionGroup, Invocation, ModalInvocation, PressInvocation } from './command.js';
import { parseJobId } from './jobs-options.js';
import { beginDraft, openDraft, type OpenDraft } from './upload-draft.js';
import { advance, suggestRepo } from './upload-flow.js';
import type { UploadCommandParts } from './upload-parts.js';
import { answerOf } from './upload-answers.js';
import { runOf } from './upload-options.js';

export interface UploadActionParts extends UploadCommandParts {
  readonly jobs: JobDesk;
}

/** The menus and buttons of `/upload`, and the buttons elsewhere that begin it. */
export function createUploadActions(parts: UploadActionParts): ActionGroup {
  const press = (run: (press: PressInvocation) => Promise<void>): Action => ({
    kind: 'press',
    right: 'upload',
    acknowledge: 'update',
    run,
  });
  const begin = (find: (press: PressInvocation) => Promise<WizardRun>): Action => ({
    kind: 'press',
    right: 'upload',
    acknowledge: 'private',
    run: async (press) => beginWithRun(parts, await find(press), press),
  });
  return {
    namespace: 'upload',
    actions: {
      pick: press((one) => pick(parts, one)),
      turn: press((one) => turn(parts, one)),
      gguf: press((one) => chooseGguf(parts, one)),
      private: press((one) => setPrivate(parts, one)),
      back: press((one) => goBack(parts, one)),
      name: {
        kind: 'open-modal',
        right: 'upload',
        async open({ args: [id], actor }) {
          const { wizard } = openDraft(parts.drafts, id, actor);
          const { username } = parts.uploads;
          const suggestion = wizard.repo ?? suggestRepo(wizard);
          return uploadRepoModal(id ?? '', {
            hub: wizard.source === 'hub',
            ...(username !== undefined && { username }),
            // Without a user name what stands there would not be whole, and look as if it were.
            ...(username !== undefined && suggestion !== undefined && { suggestion }),
          });
        },
      },
      repo: { kind: 'modal', right: 'upload', acknowledge: 'update', run: (modal) => nameRepo(parts, modal) },
      run: begin(async ({ args: [id = ''] }) => runOf(await parts.runs.show(id))),
      job: begin(async ({ args: [id], actor }) => {
        const { runPath } = parts.jobs.require(parseJobId(id), actor);
        if (runPath === undefined)
          throw new UserError('This job has left no run.', 'Use /upload and choose one.');
        return runOf(await parts.runs.show(runPath));
      }),
    },
  };
}

async function beginWithRun(
  parts: UploadCommandParts,
  run: WizardRun,
  invocation: Invocation,
): Promise<void> {
  const wizard: UploadWizard = {
    requestedBy: invocation.actor.userId,
    fixed: ['type', 'run'],
    skipped: [],
    source: 'run',
    run,
    private: true,
    marked: parts.uploads.defaultQuantizations,
    page: 0,
  };
  await advance(parts, beginDraft(parts.drafts, wizard), invocation);
}

/** Keeps the answer and goes on; where another press came first, shows where that led. */
async function keep(
  parts: UploadCommandParts,
  draft: OpenDraft,
  answer: Partial<UploadWizard>,
  invocation: Invocation,
): Promise<void> {
  const saved = draft.save({ ...draft.wizard, ...answer });
  if (saved) await advance(parts, saved, invocation);
}

/** What a menu chose; of a menu that is no longer the question, where it stands is shown again. */
async function pick(parts: UploadCommandParts, press: PressInvocation): Promise<void> {
  const { args, values, actor } = press;
  const draft = openDraft(parts.drafts, args[0], actor);
  const step = nextStep(draft.wizard);
  if (step !== args[1]) return showWhereItStands(parts, draft, press);
  const answer = await asProblem(() => answerOf(parts, draft.wizard, step, values));
  if (answer instanceof UserError) return advance(parts, draft, press, answer);
  await keep(parts, draft, answer, press);
}

async function asProblem<T>(read: () => Promise<T>): Promise<T | UserError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

async function turn(parts: UploadCommandParts, press: PressInvocation): Promise<void> {
  const draft = openDraft(parts.drafts, press.args[0], press.actor);
  const page = /^\d{1,6}$/.test(press.args[1] ?? '') ? Number(press.args[1]) : 0;
  await keep(parts, draft, nextStep(draft.wizard) === 'run' ? { page } : {}, press);
}

async function chooseGguf(parts: UploadCommandParts, press: PressInvocation): Promise<void> {
  const draft = openDraft(parts.drafts, press.args[0], press.actor);
  const { wizard } = draft;
  if (nextStep(wizard) !== 'gguf') return showWhereItStands(parts, draft, press);
  const wanted = press.args[1] === 'yes';
  if (!wanted && wizard.source === 'hub') return showWhereItStands(parts, draft, press);
  await keep(parts, draft, { quantizations: wanted ? wizard.marked : [] }, press);
}

async function setPrivate(parts: UploadCommandParts, press: PressInvocation): Promise<void> {
  const draft = openDraft(parts.drafts, press.args[0], press.actor);
  if (nextStep(draft.wizard) !== 'gguf') return showWhereItStands(parts, draft, press);
  await keep(parts, draft, { private: press.args[1] !== 'no' }, press);
}

async function nameRepo(parts: UploadCommandParts, modal: ModalInvocation): Promise<void> {
  const draft = openDraft(parts.drafts, modal.args[0], modal.actor);
  if (nextStep(draft.wizard) !== 'repo') return showWhereItStands(parts, draft, modal);
  const repo = await asProblem(async () => parts.uploads.parseRepo((modal.fields[repoField] ?? '').trim()));
  if (repo instanceof UserError) return advance(parts, draft, modal, repo);
  await keep(parts, draft, { repo }, modal);
}

/** Back from the end takes the plan away that was shown, unless somebody pressed its button. */
async function goBack(parts: UploadCommandParts, press: PressInvocation): Promise<void> {
  const draft = openDraft(parts.drafts, press.args[0], press.actor);
  const { wizard } = draft;
  const from = nextStep(wizard) ?? 'end';
  const before = stepBefore(wizard);
  if (from !== press.args[1] || before === undefined) return showWhereItStands(parts, draft, press);
  if (wizard.planId !== undefined) {
    const state = parts.plans.withdraw(wizard.planId, press.actor);
    if (state.name === 'confirmed') return press.whisper(wordMessage(planStateText(state)));
  }
  const back = draft.save(goBackTo(wizard, before));
  if (back) await advance(parts, back, press);
}

/** A button of an older view, on another device or pressed twice. What is being planned is not planned again. */
async function showWhereItStands(
  parts: UploadCommandParts,
  draft: OpenDraft,
  invocation: Invocation,
): Promise<void> {
  if (nextStep(draft.wizard) !== undefined) await advance(parts, draft, invocation);
}
