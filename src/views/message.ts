import type {
  APIEmbed,
  APIModalInteractionResponseCallbackData,
  APIMessageTopLevelComponent,
} from 'discord-api-types/v10';

/** A file that goes with a message; an embed shows it as `attachment://name`. */
export interface MessageFile {
  readonly name: string;
  readonly data: Buffer;
  /** Alternative text for people who do not see the picture. */
  readonly description?: string;
}

/**
 * A message as the views make it. The whole message: what is absent is empty after an edit, and files not listed go.
 * `mention` names the users that it may ping; all other mentions in its text are dead.
 */
export interface MessageBody {
  readonly content?: string;
  readonly embeds?: readonly APIEmbed[];
  readonly components?: readonly APIMessageTopLevelComponent[];
  readonly files?: readonly MessageFile[];
  readonly mention?: readonly string[];
}

/** A modal, as built by ModalBuilder.toJSON(). */
export type Modal = APIModalInteractionResponseCallbackData;
