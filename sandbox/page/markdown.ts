import { element } from './dom.js';
import { inlineNodes } from './inline.js';
import type { State } from './state.js';

/** The part of Discord's markdown that bots use, as nodes: code blocks, headings, lists, quotes, small print, and inline. */
export function markdownNodes(state: State, text: string): Node[] {
  const nodes: Node[] = [];
  let rest = text;
  for (;;) {
    const fence = /```(?:([-+.#\w]*)\n)?([^]*?)\n?```\n?/.exec(rest);
    if (!fence) break;
    nodes.push(...blockNodes(state, rest.slice(0, fence.index).replace(/\n$/, '')));
    const code = element('code', {}, fence[2] ?? '');
    nodes.push(element('pre', { tabIndex: 0, 'aria-label': 'Code' }, code));
    rest = rest.slice(fence.index + fence[0].length);
  }
  nodes.push(...blockNodes(state, rest));
  return nodes;
}

const forms = [
  ['small', /^-# (.*)$/],
  ['h3', /^### (.*)$/],
  ['h2', /^## (.*)$/],
  ['h1', /^# (.*)$/],
  ['blockquote', /^> (.*)$/],
  ['ul', /^\s*[-*] (.*)$/],
  ['ol', /^\s*(?:\d+)\. (.*)$/],
] as const;

function blockNodes(state: State, text: string): Node[] {
  if (text === '') return [];
  const nodes: Node[] = [];
  let plain = false;
  for (const line of text.split('\n')) {
    const [tag, content] = formOf(line);
    const inline = inlineNodes(state, content);
    if (tag === undefined) {
      if (plain) nodes.push(element('br'));
      nodes.push(...inline);
    } else if (tag === 'ul' || tag === 'ol') {
      const last = nodes.at(-1);
      const list =
        last instanceof HTMLElement && last.tagName.toLowerCase() === tag ? last : element(tag, {});
      list.append(element('li', {}, ...inline));
      if (list !== last) nodes.push(list);
    } else nodes.push(element(tag, { className: 'block' }, ...inline));
    plain = tag === undefined;
  }
  return nodes;
}

function formOf(line: string): readonly [(typeof forms)[number][0] | undefined, string] {
  for (const [tag, pattern] of forms) {
    const content = pattern.exec(line)?.[1];
    if (content !== undefined) return [tag, content];
  }
  return [undefined, line];
}
