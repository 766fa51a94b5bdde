import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { settingOf } from '../../domain/train-plan.js';
import type { JobStore } from '../jobs/ports.js';

/** What the files of a run say of a model. Whatever has another form is left out. */
export interface Lineage {
  /** Where the file lies; absent: there is none. */
  readonly path?: string;
  readonly baseModel?: string;
  /** Name of a dataset, or the path of its file. */
  readonly dataset?: string;
  readonly examples?: number;
  readonly trainingType?: string;
  /** Plain values of the section `results`. */
  readonly results: Readonly<Record<string, string | number>>;
}

/** A lineage is a page or two. */
const maxBytes = 4 * 1024 * 1024;

const text = z.string().min(1).optional().catch(undefined);
const number = z.number().optional().catch(undefined);

/** The names that the toolset's trainers have used, old and new. */
const lineageSchema = z.object({
  training_type: text,
  training_method: text,
  model: z.object({ base_model: text }).optional().catch(undefined),
  base_model: z.object({ name: text }).optional().catch(undefined),
  dataset: z
    .object({ dataset_name: text, name: text, local_file: text, file: text, examples: number })
    .optional()
    .catch(undefined),
  results: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

const adapterSchema = z.object({ base_model_name_or_path: text });

/** The same, and where the files say nothing what the job that made the run was planned with. Never rejects. */
export async function lineageOf(
  { jobs }: { readonly jobs: Pick<JobStore, 'findByRunPath'> },
  runPath: string,
  modelPath: string,
): Promise<Lineage> {
  const plan = jobs.findByRunPath(runPath)?.plan;
  const train = plan?.kind === 'train' ? plan : undefined;
  const model = train && settingOf(train, 'model');
  const dataset = train?.dataset;
  return {
    ...(model && { baseModel: String(model.value) }),
    ...(dataset && { dataset: dataset.name, examples: dataset.examples }),
    ...(await readLineage(runPath, modelPath)),
  };
}

/** Reads `training_lineage.json` of a run and `adapter_config.json` of the model. Never rejects. */
async function readLineage(runPath: string, modelPath: string): Promise<Lineage> {
  const path = join(runPath, 'training_lineage.json');
  const [lineage, adapter] = await Promise.all([
    readJson(path, lineageSchema),
    readJson(join(modelPath, 'adapter_config.json'), adapterSchema),
  ]);
  const dataset = lineage?.dataset;
  const baseModel =
    adapter?.base_model_name_or_path ?? lineage?.model?.base_model ?? lineage?.base_model?.name;
  const named = dataset?.dataset_name ?? dataset?.name ?? dataset?.local_file ?? dataset?.file;
  const trainingType = lineage?.training_type ?? lineage?.training_method;
  return {
    ...(lineage && { path }),
    ...(baseModel !== undefined && { baseModel }),
    ...(named !== undefined && named !== 'None' && { dataset: named }),
    ...(dataset?.examples !== undefined && { examples: dataset.examples }),
    ...(trainingType !== undefined && { trainingType }),
    results: Object.fromEntries(Object.entries(lineage?.results ?? {}).filter(isPlain)),
  };
}

function isPlain(entry: [string, unknown]): entry is [string, string | number] {
  return typeof entry[1] === 'string' || typeof entry[1] === 'number';
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    if ((await stat(path)).size > maxBytes) return undefined;
    const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
