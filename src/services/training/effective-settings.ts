import type { Finding } from '../../domain/plan.js';
import type { OverrideKey, PlannedSetting } from '../../domain/train-plan.js';
import { coerceSetting, valueAt, type SettingValue } from '../toolset/config-file.js';
import type { Backend } from '../toolset/create-toolset.js';
import type { SettingManifest } from '../toolset/manifest/schema.js';
import type { CheckedOverrides } from './check-overrides.js';

/** Every setting as it will run. */
export interface EffectiveSettings {
  /** All of them, shown or not, by key. */
  readonly values: ReadonlyMap<string, SettingValue>;
  /** Those that a plan shows, in the manifest's order. */
  readonly shown: readonly PlannedSetting[];
  readonly findings: readonly Finding[];
}

/** Steps below 1 mean "no limit" to the trainers (Hugging Face writes -1). */
const unlimited = new Set(['max_steps', 'save_total_limit']);

/** Reads each setting out of the config and puts overrides in their place. `config` is undefined when it cannot be read. */
export function resolveSettings(
  backend: Backend,
  config: unknown,
  overrides: CheckedOverrides,
): EffectiveSettings {
  const values = new Map<string, SettingValue>();
  const shown: PlannedSetting[] = [];
  const findings: Finding[] = [];
  const overridden = new Map<string, SettingValue>(overrides);
  for (const [key, setting] of Object.entries(backend.manifest.settings)) {
    const override = overridden.get(key);
    const read = readSetting(key, setting, config);
    if (!read.ok && override === undefined) findings.push(badValue(backend, setting, read.why));
    const fileValue = read.ok ? read.value : undefined;
    const value = override ?? fileValue ?? setting.default;
    if (value === undefined) continue;
    values.set(key, value);
    if (setting.shown === false) continue;
    const replaced = override !== undefined && fileValue !== undefined && fileValue !== override;
    shown.push({ key, label: setting.label, value, ...(replaced && { fileValue }) });
  }
  return { values, shown, findings };
}

type ReadSetting =
  { readonly ok: true; readonly value?: SettingValue } | { readonly ok: false; readonly why: string };

function readSetting(key: string, setting: SettingManifest, config: unknown): ReadSetting {
  const raw = setting.at === undefined ? undefined : valueAt(config, setting.at);
  if (raw === undefined) return { ok: true };
  if (unlimited.has(key) && Number(raw) < 1) return { ok: true };
  return coerceSetting(setting, raw);
}

function badValue(backend: Backend, setting: SettingManifest, why: string): Finding {
  return {
    level: 'blocker',
    code: 'config-value',
    message: `${setting.label} (${setting.at}) in ${backend.manifest.config} is ${why}.`,
    remedy: 'Mend it in the config file.',
  };
}

/** A setting's value as a number, or undefined. */
export function numberOf(settings: EffectiveSettings, key: string): number | undefined {
  const value = settings.values.get(key);
  return typeof value === 'number' ? value : undefined;
}

/** The override keys that carry a value for a flag, apart from the dataset. */
export type ValueOverride = Exclude<OverrideKey, 'dataset'>;
