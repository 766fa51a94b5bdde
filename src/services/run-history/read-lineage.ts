import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { coerceSetting, valueAt, type SettingValue } from '../toolset/config-file.js';
import { nameWithin } from '../toolset/datasets.js';
import type { FoundRun } from './find-runs.js';

const fileName = 'training_lineage.json';
/** It is a page long; what is larger is something else. */
const maxBytes = 1024 * 1024;

const lineageSchema = z.record(z.string(), z.unknown());

/** Where the lineage says what the config says in another place. */
const otherPlaces: Readonly<Record<string, readonly string[]>> = {
  model: ['model.base_model', 'model.model_name', 'model.name', 'model'],
};
const datasetPlaces = ['dataset.local_file', 'dataset.dataset_name'] as const;

/**
 * The settings that a run was trained with, by label, from what its trainer left in the run; undefined where it left nothing that
 * can be read. Its sections are those of the config file, so each setting stands where the manifest says.
 */
export async function readLineage(
  { run, backend }: FoundRun,
  toolsetRoot: string,
): Promise<ReadonlyMap<string, SettingValue> | undefined> {
  const lineage = await readJson(join(run.path, fileName));
  if (!lineage) return undefined;
  const found = new Map<string, SettingValue>();
  for (const [key, setting] of Object.entries(backend.manifest.settings)) {
    const places = [...(setting.at === undefined ? [] : [setting.at]), ...(otherPlaces[key] ?? [])];
    const coerced = places
      .map((at) => valueAt(lineage, at))
      .filter((value) => value !== undefined)
      .map((value) => coerceSetting(setting, value))
      .find(({ ok }) => ok);
    if (coerced?.ok === true) found.set(setting.label, coerced.value);
  }
  const [file, name] = datasetPlaces.map((at) => valueAt(lineage, at)).map(textOf);
  // As a plan names it: relative to the toolset, not to the trainer.
  const dataset = file === undefined ? name : nameWithin(toolsetRoot, resolve(backend.folder, file));
  if (dataset !== undefined) found.set('Dataset', dataset);
  return found.size === 0 ? undefined : found;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    // Asked for first: opening a named pipe would wait for its writer.
    const entry = await stat(path);
    if (!entry.isFile() || entry.size > maxBytes) return undefined;
    const read = lineageSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return read.success ? read.data : undefined;
  } catch {
    // Gone, half written, or no JSON: nothing is known then, which is what is told.
    return undefined;
  }
}
