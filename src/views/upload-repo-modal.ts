import { ComponentType, TextInputStyle } from 'discord-api-types/v10';
import { actionIds } from './custom-id.js';
import type { Modal } from './message.js';
import { cleanLine, truncate } from './text.js';

/** Name of the input. */
export const repoField = 'repo';

export interface RepoModalOptions {
  readonly hub: boolean;
  readonly username?: string;
  /** What stands in the field when it opens. */
  readonly suggestion?: string;
}

/** Asks for a repository. What is typed is checked by the Hub's rule when it arrives, not by the client. */
export function uploadRepoModal(draftId: string, { hub, username, suggestion }: RepoModalOptions): Modal {
  const form = username === undefined ? 'USER/NAME' : `NAME, or USER/NAME; alone it is ${username}/NAME`;
  return {
    custom_id: actionIds.submitUploadRepo(draftId),
    title: hub ? 'Repository on the Hub' : 'Upload to which repository?',
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.TextInput,
            custom_id: repoField,
            label: hub ? 'Repository of the model' : 'Repository',
            style: TextInputStyle.Short,
            required: true,
            max_length: 200,
            placeholder: truncate(cleanLine(form), 100),
            ...(suggestion === undefined ? {} : { value: truncate(cleanLine(suggestion), 200) }),
          },
        ],
      },
    ],
  };
}
