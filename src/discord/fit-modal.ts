import { ComponentType, type APIModalInteractionResponseCallbackComponent } from 'discord-api-types/v10';
import type { APITextInputComponent } from 'discord-api-types/v10';
import type { Choice } from '../commands/command.js';
import type { Modal } from '../views/message.js';
import { cut, limits } from './limits.js';

/** The modal as Discord will take it. Its custom_id is left alone: it comes from `customId`, which checks it. */
export function fitModal(modal: Modal): Modal {
  return {
    ...modal,
    title: cut(modal.title, limits.modalTitle),
    components: modal.components.slice(0, limits.modalInputs).map(fitPart),
  };
}

function fitPart(
  part: APIModalInteractionResponseCallbackComponent,
): APIModalInteractionResponseCallbackComponent {
  if (part.type === ComponentType.ActionRow) return { ...part, components: part.components.map(fitInput) };
  if (part.type !== ComponentType.Label) return part;
  const { description, component, ...rest } = part;
  return {
    ...rest,
    label: cut(part.label, limits.inputLabel),
    ...(description ? { description: cut(description, limits.inputPlaceholder) } : {}),
    component: component.type === ComponentType.TextInput ? fitInput(component) : component,
  };
}

function fitInput(input: APITextInputComponent): APITextInputComponent {
  const { label, placeholder, value, ...rest } = input;
  return {
    ...rest,
    ...(label == null ? {} : { label: cut(label, limits.inputLabel) }),
    ...(placeholder === undefined ? {} : { placeholder: cut(placeholder, limits.inputPlaceholder) }),
    // A value that is prefilled is sliced, not marked with …: the person would send the mark back.
    ...(value === undefined ? {} : { value: value.slice(0, input.max_length ?? limits.inputValue) }),
  };
}

/**
 * Choices for an autocompletion: at most 25. Names are cut; a value is what the command will look up, so one over the
 * limit is left out rather than cut into something that does not exist.
 */
export function fitChoices(choices: readonly Choice[]): Choice[] {
  return choices
    .filter(({ name, value }) => name.trim() !== '' && value !== '' && value.length <= limits.choiceText)
    .slice(0, limits.choices)
    .map(({ name, value }) => ({ name: cut(name, limits.choiceText), value }));
}
