import type { Finding } from '../../../domain/plan.js';
import type { CheckedOverrides } from '../check-overrides.js';
import { numberOf, type EffectiveSettings } from '../effective-settings.js';

/** Whether epochs that were asked for are overruled: `max_steps` of the config file stands over them. */
export function checkSteps(overrides: CheckedOverrides, settings: EffectiveSettings): readonly Finding[] {
  const maxSteps = numberOf(settings, 'max_steps');
  if (!overrides.has('epochs') || overrides.has('max_steps') || maxSteps === undefined) return [];
  return [
    {
      level: 'warning',
      code: 'max-steps-overrules',
      message: `The config file sets max_steps to ${maxSteps}, which overrules the epochs.`,
      remedy: 'Give max_steps too, or remove it from the config file.',
    },
  ];
}
