import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';

/** YAML 1.2 with merge keys (`<<`), which Python's reader knows and people use. */
const schema = CORE_SCHEMA.withTags(mergeTag);

export type YamlResult =
  | { readonly ok: true; readonly value: unknown }
  /** `line` counts from 1. */
  | { readonly ok: false; readonly why: string; readonly line?: number };

/** Reads one YAML document. An empty text is `undefined`. Repeated keys: the last one holds, as in Python's reader. */
export function parseYaml(text: string): YamlResult {
  if (!/^\s*[^\s#]/m.test(text)) return { ok: true, value: undefined };
  try {
    return { ok: true, value: load(text, { schema, json: true }) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { ok: false, why: error.reason, ...(error.mark && { line: error.mark.line + 1 }) };
  }
}

/** A YAML mapping, as far as it can be walked by key. */
export type Mapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
