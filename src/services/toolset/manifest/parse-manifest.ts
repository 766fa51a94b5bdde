import type { Fault } from '../../../domain/fault.js';
import { overrideKeys } from '../../../domain/train-plan.js';
import { isMapping, parseYaml, type Mapping } from '../yaml.js';
import { schemaFaults } from './schema-faults.js';
import { manifestSchema, type Manifest, type MethodManifest } from './schema.js';

export type ManifestResult =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads a manifest. `file` names it in faults, which are all reported at once, by file and key. */
export function parseManifest(text: string, file: string): ManifestResult {
  const yaml = parseYaml(text);
  if (!yaml.ok) {
    const where = yaml.line === undefined ? '' : ` (line ${yaml.line})`;
    return {
      ok: false,
      faults: [{ key: file, message: `is not YAML: ${yaml.why}${where}`, remedy: 'Mend that line' }],
    };
  }
  const raw = isMapping(yaml.value) ? yaml.value : {};
  const parsed = manifestSchema.safeParse(withDefaults(raw));
  const faults = parsed.success
    ? [...columnFaults(parsed.data, file), ...flagFaults(parsed.data, file)]
    : schemaFaults(
        manifestSchema,
        parsed.error.issues,
        (path) => `${file}: ${locate(raw, path)}`,
        () => 'Compare it with configs/toolsets/synaptic-2026.yaml',
      );
  if (parsed.success && faults.length === 0) return { ok: true, manifest: parsed.data };
  return { ok: false, faults: distinct(faults) };
}

/** Works each platform's `defaults` into its methods and fills in the names; what is no mapping is left to the schema. */
function withDefaults(raw: Mapping): Mapping {
  if (!isMapping(raw.platforms)) return raw;
  const platforms = mapValues(raw.platforms, (platform, platformName) => {
    if (!isMapping(platform) || !isMapping(platform.methods)) return platform;
    const { defaults = {}, ...rest } = platform;
    const methods = mapValues(platform.methods, (method, methodName) =>
      fillIn(merge(defaults, method ?? {}), { method: methodName, platform: platformName }),
    );
    return { ...rest, methods };
  });
  return { ...raw, platforms };
}

/** Mappings are merged key by key, anything else is replaced, null removes. */
function merge(base: unknown, over: unknown): unknown {
  if (!isMapping(base) || !isMapping(over)) return over;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    if (value === null) merged.delete(key);
    else merged.set(key, merged.has(key) ? merge(merged.get(key), value) : value);
  }
  return Object.fromEntries(merged);
}

function fillIn(value: unknown, names: { method: string; platform: string }): unknown {
  if (typeof value === 'string') {
    return value.replaceAll('{method}', names.method).replaceAll('{platform}', names.platform);
  }
  if (Array.isArray(value)) return value.map((item) => fillIn(item, names));
  if (isMapping(value)) return mapValues(value, (item) => fillIn(item, names));
  return value;
}

function mapValues(mapping: Mapping, change: (value: unknown, key: string) => unknown): Mapping {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, change(value, key)]));
}

/** Writes a path as it stands in the file: what came from a platform's `defaults` is named there. */
function locate(raw: Mapping, path: readonly PropertyKey[]): string {
  const [top, platform, methods, method, ...rest] = path.map(String);
  const written = path.map(String).join('.');
  if (top !== 'platforms' || methods !== 'methods' || method === undefined || rest.length === 0)
    return written;
  if (has(raw, path.map(String))) return written;
  const inDefaults = ['platforms', platform ?? '', 'defaults', ...rest];
  return has(raw, inDefaults) ? inDefaults.join('.') : written;
}

function has(value: unknown, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  if (Array.isArray(value)) return has(value[Number(key)], rest);
  return isMapping(value) && Object.hasOwn(value, key) && has(value[key], rest);
}

/** One main column a method, at most. */
function columnFaults(manifest: Manifest, file: string): Fault[] {
  return listMethods(manifest)
    .filter(({ method }) => method.columns.filter((column) => column.main === true).length > 1)
    .map(({ at }) => ({
      key: `${file}: ${at}.columns`,
      message: 'has more than one main column',
      remedy: 'Mark as main the one figure to watch',
    }));
}

/** A flag that carries a value needs the setting of its name, which says the value's type and range. */
function flagFaults(manifest: Manifest, file: string): Fault[] {
  const needSetting = overrideKeys.filter((key) => key !== 'dataset');
  return listMethods(manifest).flatMap(({ at, method }) =>
    needSetting
      .filter((key) => method.flags[key] !== undefined && method.settings[key] === undefined)
      .map((key) => ({
        key: `${file}: ${at}.flags.${key}`,
        message: 'has no setting of its name',
        remedy: `Add ${key} to \`settings\`, with its type`,
      })),
  );
}

function listMethods(manifest: Manifest): { at: string; method: MethodManifest }[] {
  return Object.entries(manifest.platforms).flatMap(([platform, { methods }]) =>
    Object.entries(methods).map(([name, method]) => ({
      at: `platforms.${platform}.methods.${name}`,
      method,
    })),
  );
}

function distinct(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.map((fault) => [`${fault.key}\0${fault.message}`, fault])).values()];
}
