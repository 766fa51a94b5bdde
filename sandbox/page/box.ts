import { byId, element } from './dom.js';
import type { State } from './state.js';
import { suggest, type Suggestion, type Suggestions } from './suggest.js';

export interface Box {
  /** Puts a command there, ready to be sent. */
  type(text: string): void;
  /** The list anew, e.g. when the commands changed. */
  refresh(): void;
}

/** Time after the last key before the bot is asked to complete, ms. */
const settleMs = 120;

const nothing: Suggestions = { heading: '', items: [], first: -1 };

/** The box where commands are typed. `send` resolves to a refusal, or undefined. */
export function createBox(state: State, send: (text: string) => Promise<string | undefined>): Box {
  const [form, input] = [byId('box', HTMLFormElement), byId('text', HTMLInputElement)];
  const [list, hint] = [byId('suggestions', HTMLUListElement), byId('hint', HTMLElement)];
  let items: readonly Suggestion[] = [];
  let active = -1;
  let asked = 0;
  let timer: number | undefined;
  /** Closed with Escape until the text changes. */
  let closed = false;

  function show({ heading, items: found, first }: Suggestions): void {
    items = found;
    active = first;
    list.hidden = found.length === 0 && heading === '';
    input.setAttribute('aria-expanded', String(!list.hidden));
    list.replaceChildren(
      element('li', { role: 'presentation', className: 'heading' }, heading),
      ...found.map((item, index) => itemElement(item, index)),
    );
    mark();
  }

  function itemElement({ name, description, required }: Suggestion, index: number): HTMLElement {
    const made = element(
      'li',
      { role: 'option', id: `suggestion-${index}` },
      element('span', { className: 'name' }, name),
      required ? element('b', { className: 'required' }, 'required') : undefined,
      element('small', {}, description),
    );
    // Before the box loses the focus.
    made.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      take(index);
    });
    return made;
  }

  function mark(): void {
    list.querySelectorAll('[role=option]').forEach((one, index) => {
      one.setAttribute('aria-selected', String(index === active));
      if (index === active) one.scrollIntoView({ block: 'nearest' });
    });
    if (active >= 0) input.setAttribute('aria-activedescendant', `suggestion-${active}`);
    else input.removeAttribute('aria-activedescendant');
  }

  function take(index: number): void {
    const item = items[index];
    if (!item) return;
    input.value = item.text;
    // A second Enter must not take it again before the list is anew.
    show(nothing);
    input.focus();
    refresh();
  }

  function refresh(): void {
    closed = false;
    const mine = (asked += 1);
    void suggest(state, input.value).then((found) => {
      if (mine === asked && !closed && document.activeElement === input) show(found);
    });
  }

  function close(): void {
    closed = true;
    asked += 1;
    show(nothing);
  }

  async function submit(): Promise<void> {
    const text = input.value.trim();
    if (text === '') return;
    hint.textContent = '';
    input.value = '';
    close();
    const refusal = await send(text);
    if (refusal === undefined) return;
    hint.textContent = refusal;
    // What was refused is there to be mended.
    if (input.value === '') input.value = text;
  }

  input.addEventListener('input', () => {
    hint.textContent = '';
    active = -1;
    asked += 1;
    clearTimeout(timer);
    timer = setTimeout(refresh, settleMs);
  });
  byId('slash', HTMLButtonElement).addEventListener('click', () => {
    input.value = '/';
    input.focus();
    refresh();
  });
  input.addEventListener('focus', () => refresh());
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    const count = items.length;
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown' && count > 0) active = (active + 1) % count;
    else if (event.key === 'ArrowUp' && count > 0) active = (active <= 0 ? count : active) - 1;
    else if (event.key === 'Tab' && !event.shiftKey && count > 0) take(Math.max(active, 0));
    else if (event.key === 'Enter' && active >= 0) take(active);
    else return;
    event.preventDefault();
    mark();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  return {
    refresh: () => {
      if (document.activeElement === input && !closed) refresh();
    },
    type(text) {
      input.value = text;
      input.focus();
      close();
    },
  };
}
