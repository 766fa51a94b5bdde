import type { RESTAPIAttachment, RESTPatchAPIChannelMessageJSONBody } from 'discord-api-types/v10';
import type { RawFile } from 'discord.js';
import type { MessageBody } from '../views/message.js';
import { fitMessage } from './fit-message.js';

/** A message as it goes to the REST routes, for a create and for an edit alike. */
export interface Payload {
  readonly body: RESTPatchAPIChannelMessageJSONBody & { readonly attachments: RESTAPIAttachment[] };
  readonly files: (RawFile & { readonly data: Buffer })[];
}

/**
 * The whole message: every part is stated, so that an edit removes what is no longer there. Only the users in `mention`
 * can be pinged: Discord would else ping what the text mentions, at every edit anew.
 */
export function toPayload(message: MessageBody): Payload {
  const fitted = fitMessage(message);
  const files = fitted.files ?? [];
  return {
    body: {
      content: fitted.content ?? '',
      embeds: [...(fitted.embeds ?? [])],
      components: [...(fitted.components ?? [])],
      allowed_mentions: { parse: [], users: [...(fitted.mention ?? [])] },
      // On an edit this lists every file to keep: none of the old ones, all of the new (files[n] carries id n).
      attachments: files.map(({ name, description }, id) => ({
        id,
        filename: name,
        ...(description === undefined ? {} : { description }),
      })),
    },
    files: files.map(({ name, data }) => ({ name, data })),
  };
}
