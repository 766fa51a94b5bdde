import type { APIMessageTopLevelComponent } from 'discord-api-types/v10';
import type { RunCheckpoints } from '../domain/run-checkpoints.js';
import type { RunListPage, RunType } from '../domain/run-list.js';
import type { SaveMethod } from '../domain/upload-plan.js';
import type { WizardStep } from '../domain/upload-wizard.js';
import { buttonRow, type ButtonParts } from './buttons.js';
import { actionIds } from './custom-id.js';
import { menuRow, type MenuEntry } from './menu.js';

/** What a step shows besides what is known so far. */
export type WizardQuestion =
  | { readonly step: 'type'; readonly types: readonly RunType[] }
  | { readonly step: 'run'; readonly page: RunListPage }
  | { readonly step: 'checkpoints'; readonly run: RunCheckpoints }
  /** `username`: a bare name belongs to it. `suggestion`: a name to begin with. */
  | { readonly step: 'repo'; readonly username?: string; readonly suggestion?: string }
  | {
      readonly step: 'save';
      readonly estimates: readonly { readonly saveMethod: SaveMethod; readonly uploadBytes: number }[];
    }
  | { readonly step: 'gguf'; readonly quantizations: readonly string[] };
/** What a step asks and offers. */
export interface StepBody {
  readonly title: string;
  readonly sections: readonly (string | undefined)[];
  readonly components: readonly APIMessageTopLevelComponent[];
}

export interface StepOptions {
  readonly draftId: string;
  /** The button Back, where there is a step to go back to. */
  readonly back: readonly ButtonParts[];
}

/** The question of one step. */
export type Of<Step extends WizardQuestion['step']> = Extract<WizardQuestion, { step: Step }>;

/** The step's menu, where it has entries, and its buttons with Back as the last. */
export function withMenu(
  step: WizardStep,
  placeholder: string,
  entries: readonly MenuEntry[],
  { draftId, back }: StepOptions,
  limits: { readonly max?: number; readonly buttons?: readonly ButtonParts[] } = {},
): StepBody['components'] {
  const buttons = [...(limits.buttons ?? []), ...back];
  return [
    ...(entries.length === 0
      ? []
      : [menuRow(actionIds.uploadPick(draftId, step), placeholder, entries, limits.max)]),
    ...(buttons.length === 0 ? [] : [buttonRow(...buttons)]),
  ];
}
