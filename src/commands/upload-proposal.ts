import { stepBefore, type UploadWizard } from '../domain/upload-wizard.js';
import type { UploadRequest } from '../services/uploads/upload-desk.js';
import { uploadCheckingMessage, uploadShownMessage } from '../views/upload-wizard-message.js';
import type { Invocation } from './command.js';
import { cardPreviewOf } from './plan-card.js';
import { planMessage } from '../views/plan-message.js';
import type { OpenDraft } from './upload-draft.js';
import type { UploadCommandParts } from './upload-parts.js';

/**
 * Makes the plan, shows it with its buttons in the channel, and says so in the person's own message. Throws UserError for
 * what cannot be planned.
 */
export async function planUpload(
  parts: UploadCommandParts,
  draft: OpenDraft,
  { actor, reply, announce }: Invocation,
): Promise<void> {
  const { wizard, id: draftId } = draft;
  const options = { draftId, canGoBack: stepBefore(wizard) !== undefined };
  // Asked step by step, the person waits at a message of buttons; where all was typed, Discord says that the bot thinks.
  if (options.canGoBack) await reply(uploadCheckingMessage(wizard, options));
  const plan = await parts.uploads.plan(requestOf(wizard));
  const card = await cardPreviewOf(parts.uploads, plan);
  const stored = parts.plans.propose(plan, actor);
  if (!draft.save({ ...wizard, planId: stored.id })) {
    // Back was pressed meanwhile: nobody is to be asked about this one.
    parts.plans.cancel(stored.id, actor);
    return;
  }
  if (!options.canGoBack) await reply(uploadCheckingMessage(wizard, options));
  const messageId = await announce(planMessage(stored, card));
  parts.plans.setMessage(stored.id, messageId);
  const url = `https://discord.com/channels/${actor.guildId}/${actor.channelId}/${messageId}`;
  await reply(uploadShownMessage(wizard, { ...options, url }));
}

function requestOf(wizard: UploadWizard): UploadRequest {
  const { source, run, checkpoints = [], repo, saveMethod, quantizations = [] } = wizard;
  const shared = { quantizations, private: wizard.private };
  if (source === 'hub') return { source: { kind: 'hub', repoId: repo ?? '' }, ...shared };
  const models = checkpoints.map((checkpoint) => ({ run: run?.id ?? '', checkpoint }));
  return {
    source: { kind: 'models', models },
    ...(repo !== undefined && { repo }),
    ...(saveMethod && { saveMethod }),
    ...shared,
  };
}
