import type { Command } from './command.js';
import { completeUpload } from './upload-complete.js';
import { uploadDefinition } from './upload-definition.js';
import { beginDraft } from './upload-draft.js';
import { advance } from './upload-flow.js';
import type { UploadCommandParts } from './upload-parts.js';
import { readUploadOptions } from './upload-options.js';

/**
 * `/upload`: asks for what its options leave open, in a message that its person alone sees, and shows the plan with its
 * buttons in the channel.
 */
export function createUploadCommand(parts: UploadCommandParts): Command {
  return {
    definition: uploadDefinition,
    right: 'upload',
    acknowledge: 'private',
    async run(invocation) {
      const wizard = await readUploadOptions(parts, invocation.options, invocation.actor.userId);
      await advance(parts, beginDraft(parts.drafts, wizard), invocation);
    },
    autocomplete: (request) => completeUpload(parts, request),
  };
}
