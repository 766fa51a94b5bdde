import type { APIEmbed } from 'discord-api-types/v10';
import type { MessageBody } from '../../views/message.js';
import { cut, limits } from '../limits.js';

/**
 * A short text at the end of a message that tells it apart from all others, so that it is found again after an answer
 * was lost. The nonce cannot do that: Discord forgets it after some minutes and does not give it back with a message.
 */
export type Mark = string;

export function markOfJob(jobId: number): Mark {
  return `#${jobId}`;
}

export function markOfNotice(notice: { readonly jobId: number; readonly id: number }): Mark {
  return `#${notice.jobId}·${notice.id}`;
}

export function markOfStatus(id: number): Mark {
  return `#status·${id}`;
}

/** The message with the mark in the first embed's footer; without embeds, in a line of small print below its text. */
export function withMark(message: MessageBody, mark: Mark): MessageBody {
  const [first, ...others] = message.embeds ?? [];
  if (first) return { ...message, embeds: [{ ...first, footer: markedFooter(first, mark) }, ...others] };
  const smallPrint = `-# ${mark}`;
  const text = message.content ? `${cut(message.content, limits.content - smallPrint.length - 1)}\n` : '';
  return { ...message, content: `${text}${smallPrint}` };
}

function markedFooter(embed: APIEmbed, mark: Mark): NonNullable<APIEmbed['footer']> {
  const suffix = ` · ${mark}`;
  const text = embed.footer?.text
    ? `${cut(embed.footer.text, limits.footer - suffix.length)}${suffix}`
    : mark;
  return { ...embed.footer, text };
}

/** Whether a message carries the mark where `withMark` puts it; the same text elsewhere does not count. */
export function carriesMark(
  message: {
    readonly content?: string;
    readonly embeds?: readonly { readonly footer?: { readonly text?: string } }[];
  },
  mark: Mark,
): boolean {
  const footer = message.embeds?.[0]?.footer?.text;
  if (footer !== undefined) return footer === mark || footer.endsWith(` · ${mark}`);
  return message.content?.split('\n').at(-1) === `-# ${mark}`;
}
