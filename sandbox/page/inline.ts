import { element } from './dom.js';
import { localUrl, messageLinkOf } from './links.js';
import type { State } from './state.js';
import { timeElement } from './times.js';

/** In this order: what stands first in the text wins, and of two at one place the first of these. */
const patterns = [
  ['escape', /\\([^\p{L}\p{N}\s])/u],
  ['code', /(`+)([^]*?[^`])\1(?!`)/],
  ['time', /<t:(-?\d{1,12})(?::([tTdDfFR]))?>/],
  ['user', /<@!?(\d{15,20})>/],
  ['role', /<@&(\d{15,20})>/],
  ['channel', /<#(\d{15,20})>/],
  ['link', /\[((?:\\.|[^\]\\])+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/],
  ['bare', /<?(https?:\/\/[^\s<>]+[^\s<>.,:;"'\])])>?/],
  ['strong', /\*\*((?:\\[^]|[^\\])+?)\*\*(?!\*)/],
  ['u', /__((?:\\[^]|[^\\])+?)__(?!_)/],
  ['s', /~~((?:\\[^]|[^\\])+?)~~/],
  ['em', /\*(?=\S)((?:\\[^]|[^\\*])+?)\*(?!\*)/],
  ['em', /(?<![\p{L}\p{N}])_((?:\\[^]|[^\\_])+?)_(?![\p{L}\p{N}])/u],
] as const;

/** One line of Discord's markdown as nodes. */
export function inlineNodes(state: State, text: string): Node[] {
  const nodes: Node[] = [];
  let rest = text;
  while (rest !== '') {
    const found = earliest(rest);
    if (!found) break;
    const { kind, match } = found;
    if (match.index > 0) nodes.push(new Text(rest.slice(0, match.index)));
    nodes.push(build(state, kind, match));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== '') nodes.push(new Text(rest));
  return nodes;
}

type Kind = (typeof patterns)[number][0];

function earliest(text: string): { kind: Kind; match: RegExpExecArray } | undefined {
  let best: { kind: Kind; match: RegExpExecArray } | undefined;
  for (const [kind, pattern] of patterns) {
    const match = pattern.exec(text);
    if (match && (!best || match.index < best.match.index)) best = { kind, match };
  }
  return best;
}

function build(state: State, kind: Kind, match: RegExpExecArray): Node {
  const [whole, first = '', second = ''] = match;
  switch (kind) {
    case 'escape':
      return new Text(first);
    case 'code':
      return element('code', {}, second.trim());
    case 'time':
      return timeElement(state, Number(first), second || undefined);
    case 'user':
      return mention('user', state.people.get(first)?.name ?? 'unknown-user', first === state.readerId);
    case 'role':
      return mention('role', roleName(state, first), false);
    case 'channel':
      return mention('channel', state.channels.find(({ id }) => id === first)?.name ?? 'unknown', false);
    case 'link':
      return link(state, second, inlineNodes(state, first));
    case 'bare':
      return messageLink(state, first) ?? link(state, first, [new Text(whole.replace(/^<|>$/g, ''))]);
    default:
      return element(kind, {}, ...inlineNodes(state, first));
  }
}

function mention(type: string, name: string, highlight: boolean): Node {
  return element('discord-mention', { type, highlight }, name);
}

function roleName(state: State, id: string): string {
  const roles = [...state.people.values()].flatMap((person) => person.roles);
  return roles.find((role) => role.id === id)?.name ?? 'unknown-role';
}

function messageLink(state: State, url: string): Node | undefined {
  const link = messageLinkOf(url);
  if (!link) return undefined;
  const channel = state.channels.find(({ id }) => id === link.channelId)?.name ?? 'unknown';
  return element('a', { href: `#message-${link.messageId}`, className: 'jump' }, `# ${channel} › message`);
}

/** The patterns let http and https through alone. */
function link(state: State, href: string, children: readonly Node[]): Node {
  return element(
    'a',
    { href: localUrl(state, href), target: '_blank', rel: 'noopener noreferrer' },
    ...children,
  );
}
