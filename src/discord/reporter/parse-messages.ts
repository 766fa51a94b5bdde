import { z } from 'zod';
import type { Snowflake } from '../../domain/job.js';

/** What is needed of a message to find it again. */
export interface FoundMessage {
  readonly id: Snowflake;
  readonly author: Snowflake;
  readonly content: string;
  readonly embeds: readonly { readonly footer?: { readonly text?: string } }[];
}

const footer = z.object({ text: z.string() });
const messages = z.array(
  z.object({
    id: z.string(),
    author: z.object({ id: z.string() }),
    content: z.string().catch(''),
    embeds: z.array(z.object({ footer: footer.nullish().catch(null) })).catch([]),
  }),
);

/** Parses Discord's answer to a look into a channel. Throws when it is no list of messages. */
export function parseMessages(answer: unknown): readonly FoundMessage[] {
  return messages.parse(answer).map(({ id, author, content, embeds }) => ({
    id,
    author: author.id,
    content,
    embeds: embeds.map((embed) => (embed.footer ? { footer: embed.footer } : {})),
  }));
}
