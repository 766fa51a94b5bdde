import type { APIEmbed, APIEmbedField } from 'discord-api-types/v10';
import type { MessageBody, MessageFile } from '../views/message.js';
import { fitComponents } from './fit-components.js';
import { cut, limits } from './limits.js';

/**
 * The message as Discord will take it: whatever is too long is cut where it bites, what cannot be cut (a custom_id, a
 * file) is left out. A message that fits is returned equal. Views keep within the limits by themselves; this is the
 * last line, so that an oversized text from a trainer never costs a whole message.
 */
export function fitMessage(message: MessageBody): MessageBody {
  const files = (message.files ?? []).filter(isUploadable).slice(0, limits.files).map(fitFile);
  const embeds = fitEmbeds(message.embeds ?? [], new Set(files.map((file) => file.name)));
  const components = fitComponents(message.components ?? []);
  const content = cut(message.content ?? '', limits.content);
  const empty = content.trim() === '' && embeds.length + files.length === 0;
  return {
    // Discord refuses a message with nothing to read (error 50006).
    ...(empty ? { content: '…' } : content === '' ? {} : { content }),
    embeds,
    components,
    files,
    mention: [...new Set(message.mention)].slice(0, limits.mentions),
  };
}

function isUploadable(file: MessageFile): boolean {
  return file.data.byteLength > 0 && file.data.byteLength <= limits.fileBytes;
}

function fitFile(file: MessageFile): MessageFile {
  if (file.description === undefined) return file;
  return { ...file, description: cut(file.description, limits.fileDescription) };
}

function fitEmbeds(embeds: readonly APIEmbed[], fileNames: ReadonlySet<string>): APIEmbed[] {
  const budget: Budget = { left: limits.embedsTotal };
  return embeds
    .slice(0, limits.embeds)
    .map((embed) => fitEmbed(embed, budget, fileNames))
    .filter(showsSomething);
}

/** Characters that the embeds of one message may still use together. */
interface Budget {
  left: number;
}

function take(budget: Budget, text: string | undefined, max: number): string | undefined {
  if (text === undefined || text.trim() === '' || budget.left < 1) return undefined;
  const fitted = cut(text, Math.min(max, budget.left));
  budget.left -= fitted.length;
  return fitted;
}

/** Title, author and footer first: they are short and tell what the rest is about. */
function fitEmbed(embed: APIEmbed, budget: Budget, fileNames: ReadonlySet<string>): APIEmbed {
  const { title, author, footer, description, fields, image, thumbnail, ...rest } = embed;
  const fitted: APIEmbed = { ...rest };
  const shortTitle = take(budget, title, limits.title);
  if (shortTitle !== undefined) fitted.title = shortTitle;
  const authorName = take(budget, author?.name, limits.author);
  if (author && authorName !== undefined) fitted.author = { ...author, name: authorName };
  const footerText = take(budget, footer?.text, limits.footer);
  if (footer && footerText !== undefined) fitted.footer = { ...footer, text: footerText };
  const text = take(budget, description, limits.description);
  if (text !== undefined) fitted.description = text;
  const shortFields = fitFields(fields ?? [], budget);
  if (shortFields.length > 0) fitted.fields = shortFields;
  if (image && isAvailable(image.url, fileNames)) fitted.image = image;
  if (thumbnail && isAvailable(thumbnail.url, fileNames)) fitted.thumbnail = thumbnail;
  return fitted;
}

function fitFields(fields: readonly APIEmbedField[], budget: Budget): APIEmbedField[] {
  const fitted: APIEmbedField[] = [];
  for (const field of fields.slice(0, limits.fields)) {
    // Neither may be empty; a zero-width space shows nothing and counts as a character.
    const name = take(budget, field.name.trim() === '' ? '\u200b' : field.name, limits.fieldName);
    const value = take(budget, field.value.trim() === '' ? '\u200b' : field.value, limits.fieldValue);
    if (name === undefined || value === undefined) break;
    fitted.push({ ...field, name, value });
  }
  return fitted;
}

/** An embed that refers to a file which does not come along shows a broken picture. */
function isAvailable(url: string, fileNames: ReadonlySet<string>): boolean {
  const prefix = 'attachment://';
  return !url.startsWith(prefix) || fileNames.has(url.slice(prefix.length));
}

function showsSomething(embed: APIEmbed): boolean {
  const { title, description, fields, image, thumbnail, author, footer } = embed;
  return [title, description, fields, image, thumbnail, author, footer].some((part) => part !== undefined);
}
