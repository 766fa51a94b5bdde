import { ask } from './control.js';
import {
  ComponentType,
  InputStyle,
  type APIModalInteractionResponseCallbackData,
} from './discord-numbers.js';
import { byId, element } from './dom.js';
import type { State } from './state.js';

type Modal = APIModalInteractionResponseCallbackData;

interface Field {
  readonly customId: string;
  readonly label: string;
  readonly description: string;
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  readonly required: boolean;
  readonly min: number;
}

/** Opens a modal; what is typed goes to the bot under custom_ids. Answers that fail leave it open, as Discord does. */
export function openModal(state: State, modal: Modal, again: (modal: Modal) => void): void {
  const dialog = byId('modal', HTMLDialogElement);
  const fields = fieldsOf(modal);
  const trouble = element('p', { role: 'alert', className: 'trouble' });
  const sendButton = element('button', { type: 'submit', className: 'primary' }, 'Submit');
  const cancel = element('button', { type: 'button' }, 'Cancel');
  const form = element(
    'form',
    { method: 'dialog', noValidate: true },
    element('h2', { id: 'modal-title' }, modal.title),
    ...fields.map(fieldElement),
    trouble,
    element('div', { className: 'buttons' }, cancel, sendButton),
  );
  cancel.addEventListener('click', () => dialog.close());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const wrong = fields.find((field) => faultOf(field) !== undefined);
    if (wrong) {
      trouble.textContent = faultOf(wrong) ?? '';
      wrong.input.focus();
    } else void submit();
  });

  async function submit(): Promise<void> {
    const values = Object.fromEntries(fields.map(({ customId, input }) => [customId, input.value]));
    const answer = await ask('fill', { as: state.readerId, channel: state.channelId, fields: values });
    if (answer.error !== undefined) trouble.textContent = answer.error;
    else if (answer.outcome?.kind === 'failed') trouble.textContent = 'Something went wrong. Try again.';
    else {
      dialog.close();
      if (answer.outcome?.modal) again(answer.outcome.modal);
    }
  }

  dialog.replaceChildren(form);
  dialog.showModal();
  fields[0]?.input.focus();
}

function fieldsOf(modal: Modal): readonly Field[] {
  return modal.components.flatMap((row) => {
    const inputs =
      row.type === ComponentType.ActionRow
        ? row.components
        : row.type === ComponentType.Label
          ? [row.component]
          : [];
    return inputs.flatMap((one) => {
      if (one.type !== ComponentType.TextInput) return [];
      const label = row.type === ComponentType.Label ? row.label : (one.label ?? '');
      const description = row.type === ComponentType.Label ? (row.description ?? '') : '';
      const input = document.createElement(one.style === InputStyle.Paragraph ? 'textarea' : 'input');
      input.value = one.value ?? '';
      input.placeholder = one.placeholder ?? '';
      input.maxLength = one.max_length ?? 4000;
      input.required = one.required ?? true;
      input.id = `field-${one.custom_id}`;
      const [required, min] = [input.required, one.min_length ?? 0];
      return [{ customId: one.custom_id, label, description, input, required, min }];
    });
  });
}

function fieldElement({ label, description, input, required }: Field): HTMLElement {
  return element(
    'p',
    { className: 'field' },
    element(
      'label',
      { for: input.id },
      label,
      required ? element('b', { className: 'required' }, ' *') : undefined,
    ),
    description === '' ? undefined : element('small', {}, description),
    input,
  );
}

function faultOf({ label, input, required, min }: Field): string | undefined {
  if (required && input.value.trim() === '') return `${label} is required.`;
  if (input.value !== '' && input.value.length < min) return `${label} must have ${min} characters at least.`;
  return undefined;
}
