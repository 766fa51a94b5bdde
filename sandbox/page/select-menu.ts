import type { APIStringSelectComponent } from './discord-numbers.js';
import { element } from './dom.js';

let count = 0;

/** A select menu: a button that opens a list. One value is sent when it is chosen, several with the list's own button. */
export function selectElement(
  select: APIStringSelectComponent,
  choose: (values: readonly string[]) => Promise<void>,
): HTMLElement {
  const { options, placeholder = 'Make a selection', min_values: min = 1, max_values: max = 1 } = select;
  const id = `menu-${(count += 1)}`;
  const chosen = new Set(options.filter((one) => one.default === true).map(({ value }) => value));
  const several = max > 1;
  const labels = options.filter(({ value }) => chosen.has(value)).map(({ label }) => label);
  const button = element(
    'button',
    {
      type: 'button',
      className: 'menu-button',
      disabled: select.disabled === true,
      'aria-haspopup': 'listbox',
      'aria-expanded': 'false',
      'aria-controls': id,
      'data-custom-id': select.custom_id,
    },
    labels.join(', ') || placeholder,
  );
  const items = options.map(({ label, value, description, emoji }) =>
    element(
      'li',
      { role: 'option', tabIndex: -1, 'aria-selected': String(chosen.has(value)), 'data-value': value },
      element('span', { className: 'name' }, [emoji?.name, label].filter(Boolean).join(' ')),
      element('small', {}, description ?? ''),
    ),
  );
  const list = element(
    'ul',
    {
      role: 'listbox',
      id,
      className: 'menu-list',
      'aria-label': placeholder,
      'aria-multiselectable': String(several),
    },
    ...items,
  );
  const done = element('button', { type: 'button', className: 'menu-done' }, 'Choose');
  const popup = element('div', { className: 'menu-popup', hidden: true }, list, several ? done : undefined);
  const root = element('div', { className: 'menu' }, button, popup);

  function open(wide: boolean): void {
    popup.hidden = !wide;
    button.setAttribute('aria-expanded', String(wide));
    (wide ? (items.find((item) => chosen.has(item.dataset['value'] ?? '')) ?? items[0]) : button)?.focus();
  }
  function send(): void {
    if (chosen.size < min || chosen.size > max) return;
    open(false);
    button.textContent = options
      .filter(({ value }) => chosen.has(value))
      .map(({ label }) => label)
      .join(', ');
    void choose([...chosen]);
  }
  function pick(item: HTMLElement): void {
    const value = item.dataset['value'] ?? '';
    if (!several) chosen.clear();
    if (several && chosen.has(value)) chosen.delete(value);
    else chosen.add(value);
    for (const one of items)
      one.setAttribute('aria-selected', String(chosen.has(one.dataset['value'] ?? '')));
    if (!several) send();
  }
  button.addEventListener('click', () => open(popup.hidden === true));
  done.addEventListener('click', send);
  for (const item of items) item.addEventListener('click', () => pick(item));
  list.addEventListener('keydown', (event) => {
    const at = items.findIndex((item) => item === document.activeElement);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: items.length - 1,
    };
    const next = steps[event.key];
    const item = items[at];
    if (next !== undefined) items[Math.max(0, Math.min(items.length - 1, next))]?.focus();
    else if ((event.key === 'Enter' || event.key === ' ') && item) pick(item);
    else return;
    event.preventDefault();
  });
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') open(false);
  });
  root.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !root.contains(relatedTarget)) {
      popup.hidden = true;
      button.setAttribute('aria-expanded', 'false');
    }
  });
  return root;
}
