import { ComponentType } from 'discord-api-types/v10';
import { noteId } from './components.js';
import { asRecord, type Form } from './form.js';

/**
 * A modal: title, custom_id, 1 to 5 text inputs, each in a row or a label
 * (https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal).
 */
export function checkModal(form: Form, modal: Readonly<Record<string, unknown>>): void {
  form.text(['data', 'title'], modal['title'], { min: 1, max: 45, required: true });
  form.text(['data', 'custom_id'], modal['custom_id'], { min: 1, max: 100, required: true });
  const ids = new Set<string>();
  const rows = form.list(['data', 'components'], modal['components'], { min: 1, max: 5 }).map(asRecord);
  rows.forEach((row, index) => {
    const path = ['data', 'components', String(index)];
    if (row['type'] === ComponentType.Label) {
      form.text([...path, 'label'], row['label'], { min: 1, max: 45, required: true });
      form.text([...path, 'description'], row['description'], { max: 100 });
      return checkInput(form, asRecord(row['component']), [...path, 'component'], ids, true);
    }
    if (row['type'] !== ComponentType.ActionRow) {
      return form.fault(
        [...path, 'type'],
        'UNION_TYPE_CHOICES',
        'Value of field "type" must be one of (1, 10, 18).',
      );
    }
    const inputs = form.list([...path, 'components'], row['components'], { min: 1, max: 1 }).map(asRecord);
    inputs.forEach((input, at) => checkInput(form, input, [...path, 'components', String(at)], ids, false));
  });
}

function checkInput(
  form: Form,
  input: Readonly<Record<string, unknown>>,
  path: readonly string[],
  ids: Set<string>,
  labelled: boolean,
): void {
  if (input['type'] !== ComponentType.TextInput) {
    return form.fault([...path, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (4,).');
  }
  form.text([...path, 'custom_id'], input['custom_id'], { min: 1, max: 100, required: true });
  if (!labelled) form.text([...path, 'label'], input['label'], { min: 1, max: 45, required: true });
  form.text([...path, 'placeholder'], input['placeholder'], { max: 100 });
  const max = typeof input['max_length'] === 'number' ? input['max_length'] : 4000;
  form.text([...path, 'value'], input['value'], { max: Math.min(max, 4000) });
  if (input['style'] !== 1 && input['style'] !== 2) {
    form.fault([...path, 'style'], 'BASE_TYPE_CHOICES', 'Value must be one of (1, 2).');
  }
  noteId(form, input, path, ids);
}
