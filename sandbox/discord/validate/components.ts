import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { asRecord, type Form } from './form.js';

/** Rows of buttons and menus (https://docs.discord.com/developers/components/reference). */
export function checkComponents(form: Form, value: unknown, path: readonly string[]): void {
  const ids = new Set<string>();
  form
    .list(path, value, { max: 5 })
    .map(asRecord)
    .forEach((row, index) => checkRow(form, row, [...path, String(index)], ids));
}

function checkRow(
  form: Form,
  row: Readonly<Record<string, unknown>>,
  path: readonly string[],
  ids: Set<string>,
): void {
  if (row['type'] !== ComponentType.ActionRow) {
    return form.fault([...path, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (1,).');
  }
  const children = form.list([...path, 'components'], row['components'], { min: 1, max: 5 }).map(asRecord);
  children.forEach((child, index) => {
    const own = [...path, 'components', String(index)];
    if (child['type'] === ComponentType.Button) checkButton(form, child, own);
    else if (child['type'] === ComponentType.StringSelect) {
      checkSelect(form, child, own);
      if (children.length > 1) {
        form.fault(
          path,
          'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
          'The specified component exceeds the maximum width',
        );
      }
    } else form.fault([...own, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (2, 3).');
    noteId(form, child, own, ids);
  });
}

/** A custom_id is 1 to 100 characters and stands once in a message. */
export function noteId(
  form: Form,
  component: Readonly<Record<string, unknown>>,
  path: readonly string[],
  ids: Set<string>,
): void {
  const id = component['custom_id'];
  if (typeof id !== 'string') return;
  if (ids.has(id)) {
    form.fault(
      [...path, 'custom_id'],
      'COMPONENT_CUSTOM_ID_DUPLICATED',
      'Component custom id cannot be duplicated',
    );
  }
  ids.add(id);
}

function checkButton(form: Form, button: Readonly<Record<string, unknown>>, path: readonly string[]): void {
  const { style, url, custom_id: customId, label, emoji } = button;
  if (!Number.isInteger(style) || Number(style) < 1 || Number(style) > 6) {
    form.fault([...path, 'style'], 'BASE_TYPE_CHOICES', 'Value must be one of (1, 2, 3, 4, 5, 6).');
  }
  if (style === ButtonStyle.Link) {
    form.text([...path, 'url'], url, { min: 1, max: 512, required: true });
    if (typeof url === 'string' && !/^(?:https?|discord):\/\/\S+$/.test(url)) {
      form.fault(
        [...path, 'url'],
        'URL_TYPE_INVALID_SCHEME',
        `Scheme "${url.split(':')[0]}" is not supported. Scheme must be one of ('http', 'https', 'discord').`,
      );
    }
    if (customId !== undefined) {
      form.fault(
        path,
        'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
        'A custom id and url cannot both be specified',
      );
    }
  } else form.text([...path, 'custom_id'], customId, { min: 1, max: 100, required: true });
  form.text([...path, 'label'], label, { max: 80 });
  if ((label === undefined || label === '') && emoji === undefined) {
    form.fault(path, 'BUTTON_COMPONENT_MISSING_CONTENT', 'A button must have a label or an emoji');
  }
}

function checkSelect(form: Form, select: Readonly<Record<string, unknown>>, path: readonly string[]): void {
  form.text([...path, 'custom_id'], select['custom_id'], { min: 1, max: 100, required: true });
  form.text([...path, 'placeholder'], select['placeholder'], { max: 150 });
  const options = form.list([...path, 'options'], select['options'], { min: 1, max: 25 }).map(asRecord);
  const values = new Set<unknown>();
  options.forEach((option, index) => {
    const own = [...path, 'options', String(index)];
    form.text([...own, 'label'], option['label'], { min: 1, max: 100, required: true });
    form.text([...own, 'value'], option['value'], { min: 1, max: 100, required: true });
    form.text([...own, 'description'], option['description'], { max: 100 });
    if (values.has(option['value'])) {
      form.fault(
        [...own, 'value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    }
    values.add(option['value']);
  });
  const { min_values: min = 1, max_values: max = 1 } = select;
  if (Number(min) > options.length || Number(max) > options.length || Number(min) > Number(max)) {
    form.fault(
      [...path, 'max_values'],
      'SELECT_COMPONENT_MAX_VALUES',
      'The number of options must be at least the number of values.',
    );
  }
}
