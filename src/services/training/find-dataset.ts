import { basename, resolve } from 'node:path';
import { nearestName } from '../../domain/nearest-name.js';
import { UserError } from '../../domain/user-error.js';
import { valueAt } from '../toolset/config-file.js';
import type { Backend, Toolset } from '../toolset/create-toolset.js';
import { listDatasets, nameWithin, type DatasetFile } from '../toolset/datasets.js';
import { choiceValue } from './choice-value.js';

/** Which dataset a training reads. */
export type ChosenDataset =
  | { readonly kind: 'file'; readonly path: string; readonly name: string; readonly fileName?: string }
  /** The trainer fetches it itself. */
  | { readonly kind: 'remote'; readonly name: string }
  | { readonly kind: 'none' };

/**
 * The dataset that the person chose, looked up among those of the toolset, or the one that the config names. Throws
 * UserError when there is none of the name typed.
 */
export async function findDataset(
  toolset: Toolset,
  backend: Backend,
  config: unknown,
  typed: string | undefined,
): Promise<ChosenDataset> {
  const fromFile = configuredDataset(toolset, backend, config);
  if (typed === undefined) return fromFile;
  const files = await listDatasets(toolset.root, toolset.manifest.datasets);
  const { path, name } = lookUp(files, typed);
  const differs = fromFile.kind !== 'none' && fromFile.name !== name;
  return { kind: 'file', path, name, ...(differs && { fileName: fromFile.name }) };
}

function configuredDataset(toolset: Toolset, backend: Backend, config: unknown): ChosenDataset {
  const { at, remote } = backend.manifest.dataset;
  const file = at === undefined ? undefined : valueAt(config, at);
  if (typeof file === 'string' && file.trim() !== '') {
    const path = resolve(backend.folder, file);
    return { kind: 'file', path, name: nameWithin(toolset.root, path) };
  }
  const name = remote === undefined ? undefined : valueAt(config, remote);
  return typeof name === 'string' && name.trim() !== '' ? { kind: 'remote', name } : { kind: 'none' };
}

/** By the value of a choice, the name as it is shown, or a file name that only one has. */
function lookUp(files: readonly DatasetFile[], typed: string): DatasetFile {
  const exact = files.find(({ name }) => choiceValue(name) === typed || name === typed);
  if (exact) return exact;
  const named = files.filter(({ name }) => basename(name) === typed || basename(name, '.jsonl') === typed);
  const [only] = named;
  if (only && named.length === 1) return only;
  if (named.length > 1) {
    throw new UserError(
      `There are ${named.length} datasets of the name "${typed}".`,
      `Choose one of: ${named
        .slice(0, 5)
        .map(({ name }) => name)
        .join(', ')}.`,
    );
  }
  const nearest = nearestName(
    typed,
    files.flatMap(({ name }) => [name, basename(name)]),
  );
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  throw new UserError(
    `There is no dataset "${typed.slice(0, 100)}" in the toolset.${hint}`,
    'Choose one of the list that appears while you type.',
  );
}
