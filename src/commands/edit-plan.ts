import type { OverrideKey, Overrides, TrainPlan } from '../domain/train-plan.js';
import type { TrainRequest } from '../services/training/training-desk.js';
import { editableFields } from '../views/plan-edit-modal.js';
import { parseNumber } from './train-request.js';

/**
 * The request that an edited plan makes: a value left as it was shown stays what it was (the file's, or an override), an
 * emptied one falls back to the config file, any other becomes an override. Throws UserError for a number that is none.
 */
export function editedRequest(plan: TrainPlan, fields: Readonly<Record<string, string>>): TrainRequest {
  return {
    platform: plan.platform,
    method: plan.method,
    overrides: editedOverrides(plan, fields),
    dryRun: plan.dryRun,
    ...(plan.resumeFrom === undefined ? {} : { resumeFrom: plan.resumeFrom.path }),
    ...(plan.note === undefined ? {} : { note: plan.note }),
  };
}

function editedOverrides(plan: TrainPlan, fields: Readonly<Record<string, string>>): Overrides {
  const overrides: Partial<Record<OverrideKey, string | number>> = { ...plan.overrides };
  for (const { key, label, shown, numeric } of editableFields(plan)) {
    const typed = fields[key]?.trim();
    if (typed === undefined || typed === shown) continue;
    if (typed === '') delete overrides[key];
    else overrides[key] = numeric ? parseNumber(label, typed) : typed;
  }
  return overrides;
}
