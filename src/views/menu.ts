import type { APIActionRowComponent, APIStringSelectComponent } from 'discord-api-types/v10';
import { ComponentType } from 'discord-api-types/v10';
import { cleanLine, truncate } from './text.js';

/** One entry of a select menu; label and description are cut to Discord's 100 characters. */
export interface MenuEntry {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
  /** Marked when the menu is shown. */
  readonly isDefault?: boolean;
}

/** A select menu in a row of its own. `count`: how many may be chosen, at most or in a range; 1 by default. At most 25 entries. */
export function menuRow(
  id: string,
  placeholder: string,
  entries: readonly MenuEntry[],
  count: number | { readonly min: number; readonly max: number } = 1,
): APIActionRowComponent<APIStringSelectComponent> {
  const { min, max } = typeof count === 'number' ? { min: 1, max: count } : count;
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: id,
        placeholder,
        ...(max > 1 && { min_values: min, max_values: max }),
        options: entries.map(({ label, value, description, isDefault }) => ({
          label: truncate(cleanLine(label), 100),
          value,
          ...(description !== undefined && { description: truncate(cleanLine(description), 100) }),
          ...(isDefault === true && { default: true }),
        })),
      },
    ],
  };
}
