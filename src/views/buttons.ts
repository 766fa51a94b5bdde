import type { APIActionRowComponent, APIButtonComponentWithCustomId } from 'discord-api-types/v10';
import { ButtonStyle, ComponentType } from 'discord-api-types/v10';

export interface ButtonParts {
  readonly id: string;
  readonly label: string;
  readonly style: 'success' | 'danger' | 'secondary' | 'primary';
  readonly disabled?: boolean;
}

const styles = {
  success: ButtonStyle.Success,
  danger: ButtonStyle.Danger,
  secondary: ButtonStyle.Secondary,
  primary: ButtonStyle.Primary,
} as const;

/** One row of at most five buttons. */
export function buttonRow(
  ...buttons: readonly ButtonParts[]
): APIActionRowComponent<APIButtonComponentWithCustomId> {
  return {
    type: ComponentType.ActionRow,
    components: buttons.map(({ id, label, style, disabled }) => ({
      type: ComponentType.Button,
      custom_id: id,
      label,
      style: styles[style],
      ...(disabled === true ? { disabled } : {}),
    })),
  };
}
