import { dump } from 'js-yaml';
import { isMapping, parseYaml, type Mapping } from '../toolset/yaml.js';

/** What says more of a key that is put, and is put with it. */
const companions: Readonly<Record<string, readonly string[]>> = {
  license: ['license_name', 'license_link'],
  base_model: ['base_model_relation'],
};

/** The keys by which the Hub finds and files a model: https://huggingface.co/docs/hub/model-cards#model-card-metadata */
const wanted = ['license', 'base_model', 'library_name', 'datasets', 'tags'] as const;

const block = /^---\r?\n([\s\S]*?)\r?\n---[^\S\n]*(?:\r?\n|$)/;

/**
 * The card with a metadata block that the Hub takes: what `text` lacks, or has in a form that the Hub refuses, is taken from
 * `model`, the card as it should be. All else stays as it is; a card that lacks nothing comes back unchanged.
 */
export function completeCard(text: string, model: string): string {
  const given = readBlock(text);
  const desired = readBlock(model)?.metadata ?? {};
  const metadata: Record<string, unknown> = { ...given?.metadata };
  let changed = false;
  for (const key of wanted) {
    if (isLegal(key, metadata[key])) continue;
    const put = isLegal(key, desired[key]) ? desired[key] : undefined;
    if (put === undefined && !(key in metadata)) continue;
    for (const also of [key, ...(companions[key] ?? [])]) delete metadata[also];
    if (put !== undefined) {
      for (const also of [key, ...(companions[key] ?? [])])
        if (desired[also] !== undefined) metadata[also] = desired[also];
    }
    changed = true;
  }
  if (!changed) return text;
  return `---\n${dump(metadata, { lineWidth: -1 })}---\n${given?.body ?? (given ? '' : `\n${text}`)}`;
}

/** Undefined without a block; one that is no mapping counts as empty. */
function readBlock(text: string): { readonly metadata: Mapping; readonly body: string } | undefined {
  const match = block.exec(text);
  if (!match) return undefined;
  const parsed = parseYaml(match[1] ?? '');
  const metadata = parsed.ok && isMapping(parsed.value) ? parsed.value : {};
  return { metadata, body: text.slice(match[0].length) };
}

const isName = (value: unknown): boolean => typeof value === 'string' && /^[\w.-]+$/.test(value);
const isId = (value: unknown): boolean => typeof value === 'string' && /^[\w.-]+(?:\/[\w.-]+)?$/.test(value);
const isList = (value: unknown, fits: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(fits);

function isLegal(key: (typeof wanted)[number], value: unknown): boolean {
  switch (key) {
    case 'base_model':
      return isId(value) || isList(value, isId);
    case 'datasets':
      return isList(value, isId);
    case 'tags':
      return isList(value, (tag) => typeof tag === 'string');
    case 'license':
      return isName(value) || isList(value, isName);
    default:
      return isName(value);
  }
}
