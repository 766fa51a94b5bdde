import { load } from 'js-yaml';

/**
 * What the Hub would refuse in a model card's metadata, one line a fault; empty for a good card and for one without any.
 * The fields that are checked: https://huggingface.co/docs/hub/model-cards#model-card-metadata
 */
export function faultsOfCard(data: Buffer | undefined): string[] {
  const block = /^---\r?\n([\s\S]*?)\r?\n---\s*(?:\r?\n|$)/.exec(data?.toString('utf8') ?? '')?.[1];
  if (block === undefined) return [];
  let metadata: unknown;
  try {
    metadata = load(block);
  } catch (error) {
    return [`- YAML: ${error instanceof Error ? error.message : String(error)}`];
  }
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    return ['- The metadata must be an object'];
  const given = new Map<string, unknown>(Object.entries(metadata));
  return [
    ...check(given, 'license', isSlug, 'must be the name of a licence'),
    ...check(given, 'library_name', isSlug, 'must be the name of a library'),
    ...check(
      given,
      'base_model',
      (value) => listed(value).every(isId),
      'must be an id of a model, or a list of them',
    ),
    ...check(
      given,
      'datasets',
      (value) => Array.isArray(value) && value.every(isId),
      'must be a list of ids of datasets',
    ),
    ...check(
      given,
      'tags',
      (value) => Array.isArray(value) && value.every((tag) => typeof tag === 'string'),
      'must be a list of strings',
    ),
  ];
}

function check(
  given: ReadonlyMap<string, unknown>,
  field: string,
  fits: (value: unknown) => boolean,
  rule: string,
): string[] {
  return given.has(field) && !fits(given.get(field)) ? [`- "${field}" ${rule}`] : [];
}

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const isSlug = (value: unknown) => typeof value === 'string' && /^[\w.-]+$/.test(value);
const isId = (value: unknown) => typeof value === 'string' && /^[\w.-]+(?:\/[\w.-]+)?$/.test(value);
