import type { APIEmbed } from 'discord-api-types/v10';
import { truncate } from './text.js';

/** Discord's limits for an embed (code units are the safest count). */
/** Discord's limit of an embed's description. */
export const descriptionLength = 4096;

const limits = { title: 256, description: descriptionLength, footer: 2048, all: 6000 } as const;

export interface EmbedParts {
  readonly title: string;
  readonly colour: number;
  /** Paragraphs in the order of their weight. Those that no longer fit are left out whole, never cut in a code block. */
  readonly sections: readonly (string | undefined)[];
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
  readonly footer?: string;
  /** Epoch ms shown beside the footer. */
  readonly at?: number;
  /** Name of the attached picture. */
  readonly picture?: string;
}

/** An embed within Discord's limits, without empty parts. */
export function buildEmbed(parts: EmbedParts): APIEmbed {
  const title = truncate(parts.title, limits.title);
  const fields = (parts.fields ?? []).filter((field) => field.value !== '');
  const besides = [title, parts.footer ?? '', ...fields.flatMap(({ name, value }) => [name, value])];
  const left = limits.all - besides.join('').length;
  const description = joinSections(parts.sections, Math.min(limits.description, left));
  return {
    title,
    color: parts.colour,
    ...(description === '' ? {} : { description }),
    ...(fields.length === 0 ? {} : { fields: fields.map((field) => ({ ...field })) }),
    ...(parts.footer === undefined ? {} : { footer: { text: truncate(parts.footer, limits.footer) } }),
    ...(parts.at === undefined ? {} : { timestamp: new Date(parts.at).toISOString() }),
    ...(parts.picture === undefined ? {} : { image: { url: `attachment://${parts.picture}` } }),
  };
}

/** Joins paragraphs by a blank line, leaving out the empty ones and those that no longer fit. */
export function joinSections(sections: readonly (string | undefined)[], max: number): string {
  let text = '';
  for (const section of sections) {
    if (section === undefined || section === '') continue;
    const next = text === '' ? section : `${text}\n\n${section}`;
    if (next.length <= max) text = next;
  }
  return text;
}

/** The lines that are there. */
export function lines(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join('\n');
}
