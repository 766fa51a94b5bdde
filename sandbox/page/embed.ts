import type { APIEmbed } from 'discord-api-types/v10';
import { element } from './dom.js';
import { inlineNodes } from './inline.js';
import { markdownNodes } from './markdown.js';
import { sayWhen } from './times.js';
import type { State } from './state.js';

/** An embed as discord-components draws it; the picture is our own, as theirs is 300 px at most. */
export function embedElement(state: State, embed: APIEmbed, sizes: ReadonlyMap<string, Size>): HTMLElement {
  const { title, url, description, color, author, footer, fields = [], image, timestamp } = embed;
  return element(
    'discord-embed',
    {
      slot: 'embeds',
      color: color === undefined ? undefined : `#${color.toString(16).padStart(6, '0')}`,
      authorName: author?.name,
    },
    title === undefined ? undefined : titleElement(state, title, url),
    description === undefined
      ? undefined
      : element('discord-embed-description', { slot: 'description' }, ...markdownNodes(state, description)),
    fields.length === 0 ? undefined : fieldsElement(state, fields),
    image && pictureElement(image.url, 'Picture of the message', sizes.get(image.url)),
    footer || timestamp
      ? element(
          'discord-embed-footer',
          { slot: 'footer' },
          [footer?.text, timestamp && sayWhen(state, timestamp)].filter(Boolean).join(' • '),
        )
      : undefined,
  );
}

export interface Size {
  readonly width: number;
  readonly height: number;
  readonly description?: string | undefined;
}

function titleElement(state: State, title: string, url: string | undefined): HTMLElement {
  const inline = inlineNodes(state, title);
  const link = url !== undefined && /^https?:/.test(url);
  return element(
    'div',
    { slot: 'description', className: 'embed-title', role: 'heading', 'aria-level': 3 },
    ...(link
      ? [element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...inline)]
      : inline),
  );
}

function fieldsElement(state: State, fields: NonNullable<APIEmbed['fields']>): HTMLElement {
  let column = 0;
  const made = fields.map(({ name, value, inline }) => {
    // On a phone inline fields stand below each other.
    const beside = inline === true && !state.phone;
    column = beside ? (column % 3) + 1 : 0;
    return element(
      'discord-embed-field',
      { fieldTitle: name, inline: beside, inlineIndex: beside ? column : undefined },
      ...markdownNodes(state, value),
    );
  });
  return element('discord-embed-fields', { slot: 'fields' }, ...made);
}

/** A picture with its place reserved, so that nothing jumps when it comes. Opens in full size. */
export function pictureElement(url: string, name: string, size: Size | undefined): HTMLElement {
  const picture = element('img', {
    src: url,
    alt: size?.description ?? name,
    loading: 'lazy',
    decoding: 'async',
    width: size?.width,
    height: size?.height,
  });
  return element(
    'a',
    { slot: 'fields', className: 'picture', href: url, target: '_blank', rel: 'noopener' },
    picture,
  );
}
