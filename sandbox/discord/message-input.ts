import { emptyMessage } from './api-error.js';
import { pictureSize } from './picture-size.js';
import { asRecord, validate } from './validate/form.js';
import { checkMessage, maxFileBytes } from './validate/message.js';
import { tooLarge } from './api-error.js';
import type { Attachment, Message, World } from './world.js';

/** A file of a multipart request, `files[n]`. */
export interface Upload {
  readonly key: number;
  readonly filename: string;
  readonly contentType: string;
  readonly data: Buffer;
}

/** The body of a create or an edit, as it came. */
export interface MessageInput {
  readonly body: Readonly<Record<string, unknown>>;
  readonly uploads: readonly Upload[];
}

/** The parts of a message that a create or an edit states. */
export type MessageParts = Pick<Message, 'content' | 'embeds' | 'components' | 'attachments' | 'mentions'>;

/**
 * What a message is after a create (no `before`) or an edit. Parts that an edit leaves out stay; `attachments` lists every
 * file to keep and every new one, what is not listed goes
 * (https://docs.discord.com/developers/resources/message#edit-message). Throws ApiError for what Discord refuses.
 */
export function applyInput(world: World, { body, uploads }: MessageInput, before?: Message): MessageParts {
  if (uploads.some(({ data }) => data.byteLength > maxFileBytes)) throw tooLarge();
  const attachments = chooseAttachments(world, body, uploads, before);
  validate((form) => checkMessage(form, body, new Set(attachments.map(({ filename }) => filename))));
  const content =
    typeof body['content'] === 'string'
      ? body['content'].trim()
      : body['content'] === null
        ? ''
        : before?.content;
  const parts = {
    content: content ?? '',
    embeds: listOf<Message['embeds']>(body['embeds'], before?.embeds),
    components: listOf<Message['components']>(body['components'], before?.components),
    attachments,
  };
  if (parts.content === '' && parts.embeds.length === 0 && attachments.length === 0) throw emptyMessage();
  return { ...parts, mentions: mentionsIn(world, parts.content, body['allowed_mentions']) };
}

function listOf<T extends readonly unknown[]>(value: unknown, before: T | undefined): T {
  if (Array.isArray(value)) return value as unknown[] as readonly unknown[] as T;
  return value === null ? ([] as readonly unknown[] as T) : (before ?? ([] as readonly unknown[] as T));
}

function chooseAttachments(
  world: World,
  body: Readonly<Record<string, unknown>>,
  uploads: readonly Upload[],
  before: Message | undefined,
): Attachment[] {
  const listed = Array.isArray(body['attachments']) ? body['attachments'].map(asRecord) : undefined;
  const old = before?.attachments ?? [];
  const kept = listed ? old.filter(({ id }) => listed.some((one) => String(one['id']) === id)) : old;
  const added = uploads.map(({ key, filename, contentType, data }) => {
    const described = listed?.find((one) => String(one['id']) === String(key));
    const description = described?.['description'];
    return {
      id: world.nextId(),
      filename: typeof described?.['filename'] === 'string' ? described['filename'] : filename,
      description: typeof description === 'string' ? description : undefined,
      contentType,
      data,
      ...pictureSize(data),
    };
  });
  return [...kept, ...added];
}

/**
 * Whom the text mentions and may ping: without `allowed_mentions` everyone named, with it those in `users`, or everyone
 * named where `parse` holds `users` (https://docs.discord.com/developers/resources/message#allowed-mentions-object).
 */
function mentionsIn(world: World, content: string, allowed: unknown): string[] {
  const named = [...content.matchAll(/<@!?(\d{15,20})>/g)].flatMap(([, id]) =>
    id === undefined ? [] : [id],
  );
  const known = [...new Set(named)].filter((id) => world.members.has(id));
  if (allowed === undefined || allowed === null) return known;
  const { parse, users } = asRecord(allowed);
  if (Array.isArray(parse) && parse.includes('users')) return known;
  return Array.isArray(users) ? known.filter((id) => users.includes(id)) : [];
}
