import { overrideKeys, type OverrideKey, type Overrides } from '../../domain/train-plan.js';
import { UserError } from '../../domain/user-error.js';
import { coerceSetting, type SettingValue } from '../toolset/config-file.js';
import type { Backend } from '../toolset/create-toolset.js';
import type { SettingManifest } from '../toolset/manifest/schema.js';
import type { TrainRequest } from './training-desk.js';

/** Overrides with each value in its setting's type. The dataset is still what the person typed. */
export type CheckedOverrides = ReadonlyMap<OverrideKey, SettingValue>;

/**
 * Checks that the trainer has a flag for all that is asked, and every value against type and range. Throws UserError with
 * everything that does not fit, by name.
 */
export function checkOverrides(backend: Backend, request: TrainRequest): CheckedOverrides {
  refuseWithoutFlag(backend, request);
  const checked = new Map<OverrideKey, SettingValue>();
  const faults: string[] = [];
  const remedies: string[] = [];
  for (const [key, value] of givenOverrides(request.overrides)) {
    const setting = key === 'dataset' ? datasetSetting : backend.manifest.settings[key];
    if (setting === undefined) continue;
    const coerced = key === 'model' ? checkModel(value) : coerceSetting(setting, value);
    if (coerced.ok) checked.set(key, coerced.value);
    else {
      faults.push(`${setting.label} is ${coerced.why}.`);
      remedies.push(`${setting.label}: ${describeRange(key, setting)}.`);
    }
  }
  if (faults.length > 0) throw new UserError(faults.join(' '), remedies.join(' '));
  return checked;
}

const datasetSetting: SettingManifest = { label: 'Dataset', type: 'text' };

function givenOverrides(overrides: Overrides): [OverrideKey, string | number][] {
  return overrideKeys.flatMap((key): [OverrideKey, string | number][] => {
    const value = overrides[key];
    return value === undefined ? [] : [[key, value]];
  });
}

function refuseWithoutFlag(backend: Backend, request: TrainRequest): void {
  const { flags, folder, config } = backend.manifest;
  const overrides = givenOverrides(request.overrides)
    .map(([key]) => key)
    .filter((key) => flags[key] === undefined);
  const others = [
    ...(request.resumeFrom !== undefined && flags.resume === undefined ? ['resume_from'] : []),
    ...(request.dryRun && flags.dry_run === undefined ? ['dry_run'] : []),
  ];
  const refused = [...overrides, ...others];
  if (refused.length === 0) return;
  const them = refused.length === 1 ? 'it' : 'them';
  const change = overrides.length > 0 ? `, or set ${them} in ${folder}/${config}` : '';
  throw new UserError(
    `The ${backend.method} trainer has no flag for ${refused.join(', ')}.`,
    `Leave ${them} out${change}.`,
  );
}

/**
 * A model's name is the one text that goes into the command as it was typed: names of the Hugging Face Hub alone, so that
 * it can be no flag and no path.
 */
const modelForm = /^[A-Za-z0-9][\w.-]{0,95}(\/[A-Za-z0-9][\w.-]{0,95})?$/;

function checkModel(value: string | number): { ok: true; value: string } | { ok: false; why: string } {
  const name = String(value);
  return modelForm.test(name)
    ? { ok: true, value: name }
    : { ok: false, why: `"${name.slice(0, 60)}", not a name of the Hugging Face Hub` };
}

function describeRange(key: OverrideKey, setting: SettingManifest): string {
  if (key === 'model') return 'give it as owner/name';
  const kind = setting.type === 'integer' ? 'a whole number' : 'a number';
  const from = setting.above === undefined ? setting.min : setting.above;
  const lower = from === undefined ? '' : setting.above === undefined ? ` from ${from}` : ` above ${from}`;
  const upper = setting.max === undefined ? '' : `${lower === '' ? ' up' : ''} to ${setting.max}`;
  return `give ${kind}${lower}${upper}`;
}
