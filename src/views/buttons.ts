import type { APIActionRowComponent, APIButtonComponent } from 'discord-api-types/v10';
import { ButtonStyle, ComponentType } from 'discord-api-types/v10';

/** A button that calls an action, or a link: one without an http(s) address is left out. */
export type ButtonParts =
  | {
      readonly id: string;
      readonly label: string;
      readonly style: 'success' | 'danger' | 'secondary' | 'primary';
      readonly disabled?: boolean;
    }
  | { readonly url: string; readonly label: string };

const styles = {
  success: ButtonStyle.Success,
  danger: ButtonStyle.Danger,
  secondary: ButtonStyle.Secondary,
  primary: ButtonStyle.Primary,
} as const;

/** One row of at most five buttons. */
export function buttonRow(...buttons: readonly ButtonParts[]): APIActionRowComponent<APIButtonComponent> {
  return { type: ComponentType.ActionRow, components: buttons.flatMap(toButton) };
}

function toButton(parts: ButtonParts): APIButtonComponent[] {
  const { label } = parts;
  if ('url' in parts) {
    return isWebAddress(parts.url)
      ? [{ type: ComponentType.Button, style: ButtonStyle.Link, url: parts.url, label }]
      : [];
  }
  const { id, style, disabled } = parts;
  return [
    {
      type: ComponentType.Button,
      custom_id: id,
      label,
      style: styles[style],
      ...(disabled === true ? { disabled } : {}),
    },
  ];
}

/** Discord refuses a message whose link button leads anywhere else. */
function isWebAddress(text: string): boolean {
  return text.length <= 512 && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
