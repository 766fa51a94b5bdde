import {
  ButtonStyle,
  ComponentType,
  TextInputStyle,
  type APIButtonComponent,
  type APIStringSelectComponent,
} from 'discord-api-types/v10';
import type { Message, Modal } from '../discord/world.js';

/** Everything on a message that can be pressed or chosen from. */
function controlsOf(message: Message): (APIButtonComponent | APIStringSelectComponent)[] {
  return message.components.flatMap((row) =>
    row.type === ComponentType.ActionRow
      ? row.components.filter(
          (one) => one.type === ComponentType.Button || one.type === ComponentType.StringSelect,
        )
      : [],
  );
}

export function buttonsOf(message: Message): APIButtonComponent[] {
  return controlsOf(message).filter((one) => one.type === ComponentType.Button);
}

export function selectsOf(message: Message): APIStringSelectComponent[] {
  return controlsOf(message).filter((one) => one.type === ComponentType.StringSelect);
}

export function labelOf(button: APIButtonComponent): string {
  if (button.style === ButtonStyle.Premium) return '';
  return [button.emoji?.name, button.label].filter(Boolean).join(' ');
}

/** A button of a message by its custom_id or label, or undefined. */
export function findButton(message: Message, label: string): APIButtonComponent | undefined {
  const buttons = buttonsOf(message);
  return (
    buttons.find((button) => 'custom_id' in button && button.custom_id === label) ??
    buttons.find((button) => labelOf(button) === label || ('label' in button && button.label === label)) ??
    buttons.find((button) => labelOf(button).toLowerCase().includes(label.toLowerCase()))
  );
}

export interface ModalInput {
  readonly customId: string;
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly required: boolean;
  readonly minLength: number;
  readonly maxLength: number;
  readonly long: boolean;
}

/** The inputs of a modal, in order. */
export function inputsOf(modal: Modal): ModalInput[] {
  return modal.components.flatMap((row) => {
    const [label, inputs] =
      row.type === ComponentType.Label
        ? [row.label, [row.component]]
        : row.type === ComponentType.ActionRow
          ? [undefined, row.components]
          : [undefined, []];
    return inputs.flatMap((input) =>
      input.type === ComponentType.TextInput
        ? [
            {
              customId: input.custom_id,
              label: label ?? input.label ?? '',
              value: input.value ?? '',
              placeholder: input.placeholder ?? '',
              required: input.required ?? true,
              minLength: input.min_length ?? 0,
              maxLength: input.max_length ?? 4000,
              long: input.style === TextInputStyle.Paragraph,
            },
          ]
        : [],
    );
  });
}
