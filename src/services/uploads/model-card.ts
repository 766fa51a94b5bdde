import { dump } from 'js-yaml';
import type { UploadedModel, UploadPlan } from '../../domain/upload-plan.js';
import { readLicence, type Licence } from './base-licence.js';
import type { UploadParts } from './parts.js';
import { lineageOf, type Lineage } from './read-lineage.js';
import { dirname } from 'node:path';

/** What the Hub takes as the id of a model or dataset: of anything else it would refuse the whole card. */
const hubId = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9_][\w.-]*$/;
/** A dataset that is a file here, not a name on the Hub. */
const fileName = /\.(jsonl?|csv|parquet|txt)$/i;

/** The model card: metadata, then what is known of the model. Never rejects for what is not known. */
export async function writeCard(
  parts: Pick<UploadParts, 'hub' | 'runs' | 'jobs'>,
  plan: UploadPlan,
): Promise<string> {
  const { source, repoId, quantizations } = plan;
  const name = repoId.split('/')[1] ?? repoId;
  if (source.kind === 'hub') {
    const licence = await readLicence(parts.hub, source.repoId);
    const metadata = {
      ...licence,
      library_name: 'gguf',
      base_model: source.repoId,
      base_model_relation: 'quantized',
      tags: ['gguf'],
    };
    return `${block(metadata)}\n# ${name}\n\nGGUF files of [${source.repoId}](https://huggingface.co/${source.repoId}): ${quantizations.join(', ')}.\n`;
  }
  const run = await parts.runs.locate(source.runId).then(
    ({ run }) => run.path,
    () => dirname(source.path),
  );
  const lineage = await lineageOf(parts, run, source.path);
  const base = lineage.baseModel;
  const licence = base !== undefined && hubId.test(base) ? await readLicence(parts.hub, base) : {};
  return (
    [block(metadataOf(plan, source, lineage, licence)), `# ${name}`, body(plan, source, lineage)].join(
      '\n\n',
    ) + '\n'
  );
}

function block(metadata: object): string {
  return `---\n${dump(metadata).trimEnd()}\n---`;
}

function metadataOf(plan: UploadPlan, source: UploadedModel, lineage: Lineage, licence: Licence): object {
  const { baseModel, dataset } = lineage;
  const gguf = plan.quantizations.length > 0;
  const adapter = plan.saveMethod === 'lora';
  return {
    ...licence,
    library_name: adapter ? 'peft' : 'transformers',
    pipeline_tag: 'text-generation',
    ...(baseModel !== undefined &&
      hubId.test(baseModel) && {
        base_model: baseModel,
        base_model_relation: adapter ? 'adapter' : 'finetune',
      }),
    ...(dataset !== undefined && hubId.test(dataset) && !fileName.test(dataset) && { datasets: [dataset] }),
    tags: ['fine-tuned', source.method, ...(gguf ? ['gguf'] : [])],
  };
}

function body(plan: UploadPlan, source: UploadedModel, lineage: Lineage): string {
  const { baseModel, dataset, examples, results } = lineage;
  const facts: (readonly [string, string | undefined])[] = [
    ['Method', source.methodLabel],
    ['Base model', baseModel],
    ['Dataset', dataset],
    ['Examples', examples === undefined ? undefined : String(examples)],
    ['Run', source.runName],
    ['Checkpoint', source.step === undefined ? source.checkpoint : `step ${source.step}`],
    ['Saved as', plan.saveMethod],
    ['GGUF files', plan.quantizations.length === 0 ? undefined : plan.quantizations.join(', ')],
  ];
  const labels = new Map(source.columns.map(({ key, label }) => [key, label]));
  const figures = Object.entries(source.figures)
    .filter(([key]) => labels.has(key))
    .map(([key, value]) => [labels.get(key) ?? key, format(value)] as const);
  const closing = Object.entries(results).map(
    ([key, value]) => [key.replaceAll('_', ' '), typeof value === 'number' ? format(value) : value] as const,
  );
  return [
    table('Training', facts),
    table(source.step === undefined ? 'Figures at the end' : `Figures at step ${source.step}`, figures),
    table('Results of the run', closing),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function table(title: string, rows: readonly (readonly [string, string | undefined])[]): string {
  const known = rows.filter(([, value]) => value !== undefined && value !== '');
  if (known.length === 0) return '';
  const lines = known.map(([key, value = '']) => `| ${cell(key)} | ${cell(value)} |`);
  return [`## ${title}`, '', '| | |', '|---|---|', ...lines].join('\n');
}

/** What stands in a cell as it is, whatever it holds. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\|`*_[\]<>]/g, String.raw`\$&`);
}

function format(value: number): string {
  return Number.isInteger(value) || !Number.isFinite(value)
    ? String(value)
    : String(Number(value.toPrecision(5)));
}
