import { ComponentType, TextInputStyle } from 'discord-api-types/v10';
import type { OverrideKey, TrainPlan } from '../domain/train-plan.js';
import { settingOf } from '../domain/train-plan.js';
import { actionIds } from './custom-id.js';
import type { Modal } from './message.js';
import { formatSetting } from './numbers.js';
import { cleanLine, truncate } from './text.js';

/** One input of the modal: what it edits and what stands in it when it opens. */
export interface EditableField {
  readonly key: OverrideKey;
  readonly label: string;
  readonly shown: string;
  readonly numeric: boolean;
  /** What the config file says, where an override hides it. */
  readonly fileValue?: string;
}

/** The values that people change most; a modal takes five inputs. */
const edited = [
  { key: 'dataset', label: 'Dataset', numeric: false },
  { key: 'epochs', label: 'Epochs', numeric: true },
  { key: 'max_steps', label: 'Max steps', numeric: true },
  { key: 'batch_size', label: 'Batch size', numeric: true },
  { key: 'learning_rate', label: 'Learning rate', numeric: true },
] as const satisfies readonly { key: OverrideKey; label: string; numeric: boolean }[];

/** The inputs as they open for this plan. What is `shown` says later whether a person changed it. */
export function editableFields(plan: TrainPlan): EditableField[] {
  return edited.map((field) => {
    const setting = settingOf(plan, field.key);
    const found = field.key === 'dataset' ? plan.dataset?.name : undefined;
    const value = setting?.value ?? plan.overrides[field.key] ?? found;
    const shown = value === undefined ? '' : truncate(cleanLine(formatSetting(value)), maxInput);
    const fileValue = setting?.fileValue;
    return { ...field, shown, ...(fileValue === undefined ? {} : { fileValue: formatSetting(fileValue) }) };
  });
}

const maxInput = 400;
/** Discord's limit of a text input's placeholder. */
const maxPlaceholder = 100;

/** The modal behind Edit. An emptied input means: as the config file says. */
export function planEditModal(planId: string, plan: TrainPlan): Modal {
  return {
    custom_id: actionIds.submitPlanEdit(planId),
    title: 'Edit the plan',
    components: editableFields(plan).map(({ key, label, shown, fileValue }) => ({
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.TextInput,
          custom_id: key,
          label,
          style: TextInputStyle.Short,
          required: false,
          max_length: maxInput,
          placeholder: placeholder(fileValue),
          ...(shown === '' ? {} : { value: shown }),
        },
      ],
    })),
  };
}

function placeholder(fileValue: string | undefined): string {
  const file = fileValue === undefined ? '' : `: ${cleanLine(fileValue)}`;
  return truncate(`Empty: as the config file says${file}`, maxPlaceholder);
}
