import { readFile, stat } from 'node:fs/promises';
import type { PinnedFile } from '../../domain/plan.js';
import type { SettingManifest } from './manifest/schema.js';
import { absentFile, pinFile } from './pin-file.js';
import { isMapping, parseYaml } from './yaml.js';
import { readProblem } from './read-problem.js';

/** A config file of a trainer is a page or two; what is larger is no config file. */
const maxConfigBytes = 4 * 1024 * 1024;

/** A trainer's config file as it was read. */
export type TrainerConfig =
  | { readonly ok: true; readonly pinned: PinnedFile; readonly value: unknown }
  | {
      readonly ok: false;
      readonly pinned: PinnedFile;
      readonly reason: 'missing' | 'unreadable';
      readonly why: string;
    };

/** Reads a trainer's config. Never rejects: what is wrong with it is a finding of the plan. */
export async function readTrainerConfig(path: string): Promise<TrainerConfig> {
  let pinned: PinnedFile;
  let text: string;
  try {
    const entry = await stat(path);
    if (!entry.isFile()) return unreadable(absentFile(path), 'it is not a file');
    if (entry.size > maxConfigBytes) return unreadable(absentFile(path), 'it is too large for a config file');
    pinned = await pinFile(path);
    text = await readFile(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = readProblem(error, 'it');
    return { ok: false, pinned: absentFile(path), reason: missing ? 'missing' : 'unreadable', why };
  }
  const yaml = parseYaml(text);
  if (!yaml.ok) {
    const where = yaml.line === undefined ? '' : ` (line ${yaml.line})`;
    return unreadable(pinned, `it is not YAML: ${yaml.why}${where}`);
  }
  if (!isMapping(yaml.value)) return unreadable(pinned, 'it holds no keys');
  return { ok: true, pinned, value: yaml.value };
}

function unreadable(pinned: PinnedFile, why: string): TrainerConfig {
  return { ok: false, pinned, reason: 'unreadable', why };
}

/** The value at a dotted place; undefined where there is none, or null (YAML's word for nothing). */
export function valueAt(config: unknown, at: string): unknown {
  let value = config;
  for (const key of at.split('.')) {
    if (!isMapping(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value ?? undefined;
}

export type SettingValue = string | number | boolean;

export type Coerced =
  | { readonly ok: true; readonly value: SettingValue }
  /** `why` completes "… is", e.g. `"fast", not a number`. */
  | { readonly ok: false; readonly why: string };

/** Brings a value from a config file or a person to a setting's type and checks its range. */
export function coerceSetting(setting: SettingManifest, value: unknown): Coerced {
  switch (setting.type) {
    case 'text':
      return typeof value === 'string' || typeof value === 'number'
        ? { ok: true, value: String(value) }
        : { ok: false, why: `${show(value)}, not a text` };
    case 'boolean':
      return coerceBoolean(value);
    default:
      return coerceNumber(setting, value);
  }
}

/** Words that Python's YAML 1.1 reader takes for truth values and that stay texts in YAML 1.2. */
const truthWords = new Map([
  ['yes', true],
  ['on', true],
  ['true', true],
  ['no', false],
  ['off', false],
  ['false', false],
]);

function coerceBoolean(value: unknown): Coerced {
  const truth = typeof value === 'string' ? truthWords.get(value.toLowerCase()) : value;
  if (typeof truth === 'boolean') return { ok: true, value: truth };
  return { ok: false, why: `${show(value)}, not true or false` };
}

/**
 * Numbers as YAML 1.1 and 1.2 write them: `1e-6` without a dot is a text to the one and a number to the other, `1_000` the
 * other way round. Trainers turn both into numbers.
 */
const numberForm = /^[+-]?(\d[\d_]*(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function coerceNumber(setting: SettingManifest, value: unknown): Coerced {
  const number =
    typeof value === 'string' && numberForm.test(value.trim())
      ? Number(value.trim().replaceAll('_', ''))
      : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    return { ok: false, why: `${show(value)}, not a number` };
  }
  if (setting.type === 'integer' && !Number.isSafeInteger(number)) {
    return { ok: false, why: `${number}, not a whole number` };
  }
  if (setting.min !== undefined && number < setting.min)
    return { ok: false, why: `${number}, below ${setting.min}` };
  if (setting.max !== undefined && number > setting.max)
    return { ok: false, why: `${number}, above ${setting.max}` };
  if (setting.above !== undefined && number <= setting.above) {
    return { ok: false, why: `${number}, not above ${setting.above}` };
  }
  return { ok: true, value: number };
}

function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
