import { rowElements, type Deeds } from './controls.js';
import { MessageFlags } from './discord-numbers.js';
import { element } from './dom.js';
import { embedElement, pictureElement, type Size } from './embed.js';
import type { FeedMessage, FeedPerson } from './feed.js';
import { markdownNodes } from './markdown.js';
import type { State } from './state.js';
import { sayWhen } from './times.js';

/** A message as Discord's client shows it to this reader. */
export function messageElement(state: State, message: FeedMessage, deeds: Deeds): HTMLElement {
  const flags = message.flags ?? 0;
  const author = state.people.get(message.author.id);
  const sizes = new Map<string, Size>(
    message.attachments.map(({ url, width, height, description }) => [
      url,
      { width: width ?? 800, height: height ?? 450, description },
    ]),
  );
  const shown = new Set(message.embeds.map(({ image }) => image?.url));
  const loose = message.attachments.filter(({ url }) => !shown.has(url));
  return element(
    'discord-message',
    {
      id: `message-${message.id}`,
      role: 'article',
      author: message.author.global_name ?? message.author.username,
      avatar: avatarOf(author),
      bot: message.author.bot === true,
      roleColor: colourOf(author),
      edited: message.edited_timestamp !== null,
      ephemeral: (flags & MessageFlags.Ephemeral) !== 0,
      highlight: message.pinged.includes(state.readerId),
      timestamp: sayWhen(state, message.timestamp),
    },
    replyElement(state, message),
    message.pinned ? element('span', { className: 'pinned' }, '📌 pinned') : undefined,
    ...((flags & MessageFlags.Loading) !== 0
      ? [element('span', { className: 'thinking' }, 'Tuner is thinking…')]
      : markdownNodes(state, message.content)),
    pingElement(state, message),
    ...message.embeds.map((embed) => embedElement(state, embed, sizes)),
    ...loose.map(({ url, filename, content_type: type }) =>
      type?.startsWith('image/png')
        ? slotted('attachments', pictureElement(url, filename, sizes.get(url)))
        : slotted('attachments', element('a', { href: url, className: 'file', target: '_blank' }, filename)),
    ),
    componentsElement(state, message, deeds),
    threadElement(state, message, deeds),
  );
}

function componentsElement(state: State, message: FeedMessage, deeds: Deeds): HTMLElement | undefined {
  const rows = rowElements(state, message.id, message.components ?? [], deeds);
  return rows.length === 0 ? undefined : element('discord-attachments', { slot: 'components' }, ...rows);
}

/** A thread that hangs on the message has its id. */
function threadElement(state: State, { id }: FeedMessage, deeds: Deeds): HTMLElement | undefined {
  const thread = state.channels.find((channel) => channel.kind === 'thread' && channel.id === id);
  if (!thread) return undefined;
  const made = element(
    'button',
    { type: 'button', className: 'thread', slot: 'components' },
    `↳ ${thread.name}`,
  );
  made.addEventListener('click', () => deeds.visit(id));
  return made;
}

function replyElement(state: State, { answers }: FeedMessage): HTMLElement | undefined {
  if (!answers || answers.command === '') return undefined;
  const person = state.people.get(answers.userId);
  return element('discord-command', {
    slot: 'reply',
    author: person?.name ?? '',
    avatar: avatarOf(person),
    roleColor: colourOf(person),
    command: answers.command,
    type: 'slash_command',
  });
}

function pingElement(state: State, { pinged }: FeedMessage): HTMLElement | undefined {
  if (pinged.length === 0) return undefined;
  const names = pinged.map((id) => state.people.get(id)?.name ?? id).join(', ');
  return element('span', { className: 'ping', title: `The phone of ${names} buzzed` }, `pings ${names}`);
}

function slotted(slot: string, child: HTMLElement): HTMLElement {
  child.slot = slot;
  return child;
}

function colourOf(person: FeedPerson | undefined): string | undefined {
  const colour = person?.roles.find((role) => role.colour !== 0)?.colour;
  return colour === undefined ? undefined : `#${colour.toString(16).padStart(6, '0')}`;
}

const avatarColours = ['#5865f2', '#eb459e', '#3ba55d', '#e67e22', '#9b59b6', '#1abc9c', '#ed4245'];

/** A disc with the first letter: Discord's own pictures lie on a server that this page does not ask. */
export function avatarOf(person: FeedPerson | undefined): string {
  const letter = /^\p{L}/u.exec(person?.name ?? '')?.[0] ?? '?';
  const colour = avatarColours[Number((person?.id ?? '0').slice(-2)) % avatarColours.length] ?? '#5865f2';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="${colour}"/><text x="20" y="27" font-family="sans-serif" font-size="20" fill="#fff" text-anchor="middle">${letter}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
