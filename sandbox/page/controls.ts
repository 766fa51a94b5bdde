import { ButtonStyle, ComponentType, type APIMessageTopLevelComponent } from './discord-numbers.js';
import { element } from './dom.js';
import { localUrl } from './links.js';
import { selectElement } from './select-menu.js';
import type { State } from './state.js';

/** What happens when something on a message is used. */
export interface Deeds {
  press(messageId: string, customId: string): Promise<void>;
  choose(messageId: string, customId: string, values: readonly string[]): Promise<void>;
  /** Goes to another channel. */
  visit(channelId: string): void;
}

type Row = Extract<APIMessageTopLevelComponent, { type: 1 }>;
type Part = Row['components'][number];

/** The rows of buttons and menus of a message. */
export function rowElements(
  state: State,
  messageId: string,
  rows: readonly APIMessageTopLevelComponent[],
  deeds: Deeds,
): HTMLElement[] {
  return rows.flatMap((row) => {
    if (row.type !== ComponentType.ActionRow) return [];
    const parts = row.components.map((part) => partElement(state, messageId, part, deeds));
    return [element('discord-action-row', {}, ...parts)];
  });
}

function partElement(state: State, messageId: string, part: Part, deeds: Deeds): HTMLElement | undefined {
  if (part.type === ComponentType.StringSelect) {
    return selectElement(part, (values) => deeds.choose(messageId, part.custom_id, values));
  }
  if (part.type !== ComponentType.Button || part.style === ButtonStyle.Premium) return undefined;
  const url = part.style === ButtonStyle.Link ? localUrl(state, part.url) : undefined;
  const types: Readonly<Record<number, string>> = {
    1: 'primary',
    2: 'secondary',
    3: 'success',
    4: 'destructive',
  };
  const customId = 'custom_id' in part ? part.custom_id : undefined;
  const disabled = part.disabled === true;
  const made = element(
    'discord-button',
    { type: types[part.style] ?? 'secondary', url, disabled, 'data-custom-id': customId },
    [part.emoji?.name, part.label].filter(Boolean).join(' '),
  );
  if (disabled) void turnOff(made);
  else if (customId !== undefined) {
    made.addEventListener('click', () => {
      if (made.getAttribute('aria-busy') === 'true') return;
      made.setAttribute('aria-busy', 'true');
      void deeds.press(messageId, customId).finally(() => made.removeAttribute('aria-busy'));
    });
  }
  return made;
}

/** The component draws a disabled button pale, but leaves it to the keyboard. */
async function turnOff(host: HTMLElement): Promise<void> {
  await customElements.whenDefined('discord-button');
  await Reflect.get(host, 'updateComplete');
  const inner = host.shadowRoot?.querySelector('button');
  if (inner) inner.disabled = true;
}
