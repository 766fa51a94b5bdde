import {
  ComponentType,
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  type APIMessageTopLevelComponent,
  type APISelectMenuOption,
  type APIStringSelectComponent,
} from 'discord-api-types/v10';
import { cut, limits } from './limits.js';

type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

/** Rows, buttons and menus as Discord will take them: texts cut, what cannot be cut or stands twice left out. */
export function fitComponents(
  components: readonly APIMessageTopLevelComponent[],
): APIMessageTopLevelComponent[] {
  const seen = new Set<string>();
  return components
    .slice(0, limits.rows)
    .map((component) => (component.type === ComponentType.ActionRow ? fitRow(component, seen) : component))
    .filter((component) => component.type !== ComponentType.ActionRow || component.components.length > 0);
}

function fitRow(row: Row, seen: Set<string>): Row {
  const components = row.components
    .filter((component) => isRoutable(component, seen))
    .slice(0, limits.buttonsARow)
    .map(fitComponent)
    .filter((component) => component !== undefined);
  return { ...row, components };
}

/** A custom_id cannot be cut, it would lead elsewhere; and Discord refuses one that stands twice in a message. */
function isRoutable(component: APIComponentInMessageActionRow, seen: Set<string>): boolean {
  if ('url' in component) return component.url.length <= limits.url;
  if (!('custom_id' in component)) return true;
  const id = component.custom_id;
  if (id.trim() === '' || id.length > limits.customId || seen.has(id)) return false;
  seen.add(id);
  return true;
}

function fitComponent(component: APIComponentInMessageActionRow): APIComponentInMessageActionRow | undefined {
  if (component.type === ComponentType.StringSelect) return fitSelect(component);
  if (!('label' in component) || component.label === undefined) return component;
  return { ...component, label: cut(component.label, limits.buttonLabel) };
}

/** Undefined when no option is left: Discord wants at least one. */
function fitSelect(select: APIStringSelectComponent): APIStringSelectComponent | undefined {
  const values = new Set<string>();
  const options = select.options
    .filter(({ value }) => {
      const fits = value.trim() !== '' && value.length <= limits.selectText && !values.has(value);
      values.add(value);
      return fits;
    })
    .slice(0, limits.selectOptions)
    .map(fitOption);
  if (options.length === 0) return undefined;
  const { placeholder, max_values: maxValues, min_values: minValues, ...rest } = select;
  return {
    ...rest,
    options,
    ...(placeholder === undefined ? {} : { placeholder: cut(placeholder, limits.placeholder) }),
    ...(minValues === undefined ? {} : { min_values: Math.min(minValues, options.length) }),
    ...(maxValues === undefined ? {} : { max_values: Math.min(maxValues, options.length) }),
  };
}

function fitOption(option: APISelectMenuOption): APISelectMenuOption {
  const { description, ...rest } = option;
  return {
    ...rest,
    label: cut(option.label.trim() === '' ? option.value : option.label, limits.selectText),
    ...(description?.trim() ? { description: cut(description, limits.selectText) } : {}),
  };
}
