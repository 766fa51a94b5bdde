import type { PlannedSetting, TrainPlan } from '../domain/train-plan.js';
import { settingOf } from '../domain/train-plan.js';
import { codeBlock, columnsOf, fitColumns, padEnd, phoneColumns, wrapColumns } from './columns.js';
import { formatCount, formatSetting } from './numbers.js';

/** A line of the table: what, how much, and what the config file says where that differs. */
interface Row {
  readonly label: string;
  readonly value: string;
  readonly file?: string;
}

/** The numbers of a training as a table of 34 columns, those that people look for first on top. */
export function trainTable(plan: TrainPlan): string | undefined {
  const rows = [
    ...(plan.totalSteps === undefined ? [] : [{ label: 'Total steps', value: formatCount(plan.totalSteps) }]),
    ...settingRows(plan, ['epochs', 'max_steps']),
    ...batchRows(plan),
    ...settingRows(plan, ['learning_rate']),
    ...loraRows(plan),
    ...plan.settings.filter(({ key }) => !placed.has(key)).map(settingRow),
  ];
  if (rows.length === 0) return undefined;
  const width = Math.min(widestLabel, Math.max(...rows.map(({ label }) => columnsOf(label))));
  return codeBlock(rows.flatMap((row) => tableLines(row, width)).slice(0, maxLines));
}

/** Settings that stand above the table, or that its first rows fold together. */
const placed = new Set([
  'model',
  'dataset',
  'epochs',
  'max_steps',
  'batch_size',
  'gradient_accumulation',
  'learning_rate',
  'lora_r',
  'lora_alpha',
  'lora_dropout',
]);

const widestLabel = 18;
const maxLines = 24;

function settingRows(plan: TrainPlan, keys: readonly string[]): Row[] {
  return keys.flatMap((key) => {
    const setting = settingOf(plan, key);
    return setting === undefined ? [] : [settingRow(setting)];
  });
}

function settingRow({ label, value, fileValue }: PlannedSetting): Row {
  const file = fileValue === undefined ? {} : { file: formatSetting(fileValue) };
  return { label, value: formatSetting(value), ...file };
}

/** `4 × 8 = 32`: batch, steps of accumulation, and what a step of the optimizer sees. */
function batchRows(plan: TrainPlan): Row[] {
  const batch = settingOf(plan, 'batch_size');
  const accumulation = settingOf(plan, 'gradient_accumulation');
  const effective = plan.effectiveBatch === undefined ? undefined : formatCount(plan.effectiveBatch);
  if (batch === undefined || accumulation === undefined || effective === undefined) {
    const rows = settingRows(plan, ['batch_size', 'gradient_accumulation']);
    return effective === undefined ? rows : [...rows, { label: 'Effective batch', value: effective }];
  }
  const value = `${formatSetting(batch.value)} × ${formatSetting(accumulation.value)} = ${effective}`;
  const overridden = batch.fileValue !== undefined || accumulation.fileValue !== undefined;
  if (!overridden) return [{ label: 'Batch', value }];
  const [size, times] = [batch, accumulation].map((setting) =>
    formatSetting(setting.fileValue ?? setting.value),
  );
  return [{ label: 'Batch', value, file: `${size} × ${times}` }];
}

const loraNames = [
  ['lora_r', 'r'],
  ['lora_alpha', 'alpha'],
  ['lora_dropout', 'dropout'],
] as const;

function loraRows(plan: TrainPlan): Row[] {
  const found = loraNames.flatMap(([key, name]) => {
    const setting = settingOf(plan, key);
    return setting === undefined ? [] : [{ name, setting }];
  });
  if (found.length === 0) return [];
  const value = found.map(({ name, setting }) => `${name} ${formatSetting(setting.value)}`).join(', ');
  const overridden = found.filter(({ setting }) => setting.fileValue !== undefined);
  const file = overridden.map(({ name, setting }) => `${name} ${formatSetting(setting.fileValue ?? '')}`);
  return [{ label: 'LoRA', value, ...(file.length === 0 ? {} : { file: file.join(', ') }) }];
}

function tableLines({ label, value, file }: Row, width: number): string[] {
  const indent = ' '.repeat(width + 1);
  const head = `${padEnd(fitColumns(label, width), width)} ${value}`;
  if (file === undefined) return wrapColumns(head, phoneColumns, indent);
  const remark = `file: ${file}`;
  if (columnsOf(head) + 2 + columnsOf(remark) <= phoneColumns) return [`${head}  ${remark}`];
  return [...wrapColumns(head, phoneColumns, indent), ...wrapColumns(indent + remark, phoneColumns, indent)];
}
