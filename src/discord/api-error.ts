import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { DiscordAPIError, RateLimitError } from 'discord.js';

/** What an error of a request means for whoever sent it. */
export type Verdict =
  /** The message is not there any more. */
  | { readonly kind: 'message-gone' }
  /** The channel is gone, closed to the bot, or the person takes no direct messages. */
  | { readonly kind: 'unwritable' }
  /** Discord takes no more for now. */
  | { readonly kind: 'limited'; readonly waitMs: number }
  /** Discord did not like the content; sent again, it will not like it again. */
  | { readonly kind: 'rejected' }
  /** No answer, or none that says anything: it may have happened or not. */
  | { readonly kind: 'unreachable' };

const unwritableCodes: ReadonlySet<number | string> = new Set([
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.UnknownGuild,
  RESTJSONErrorCodes.UnknownUser,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
  RESTJSONErrorCodes.CannotSendMessagesToThisUser,
  RESTJSONErrorCodes.CannotSendMessagesInNonTextChannel,
  RESTJSONErrorCodes.CannotExecuteActionOnDMChannel,
  RESTJSONErrorCodes.CannotExecuteActionOnThisChannelType,
  RESTJSONErrorCodes.ThreadLocked,
  // "Cannot send messages to this user due to having no mutual guilds" (not yet in discord-api-types).
  50278,
]);

/** Judges what went wrong with a request for a channel or a message. */
export function judge(error: unknown): Verdict {
  if (error instanceof RateLimitError) {
    return {
      kind: 'limited',
      waitMs: Math.max(error.timeToReset, error.retryAfter, error.sublimitTimeout, 0),
    };
  }
  if (!(error instanceof DiscordAPIError)) return { kind: 'unreachable' };
  if (error.code === RESTJSONErrorCodes.UnknownMessage) return { kind: 'message-gone' };
  if (unwritableCodes.has(error.code)) return { kind: 'unwritable' };
  // 401: the token was revoked. Nothing gets through until the bot is restarted with another one.
  if (error.status === 401) return { kind: 'unreachable' };
  if (error.status === 403 || error.status === 404) return { kind: 'unwritable' };
  return { kind: 'rejected' };
}
