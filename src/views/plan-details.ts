import type { Finding, Launch, ProposedPlan } from '../domain/plan.js';
import type { PlannedSetting, TrainPlan } from '../domain/train-plan.js';
import { settingOf } from '../domain/train-plan.js';
import { lines } from './embed.js';
import { formatBytes, formatCount, formatSetting } from './numbers.js';
import { code, plain } from './text.js';

/** `kto on rtx` as it is typed, `dry run of kto on rtx`, `Upload to user/model`: what a plan is, in a few words. */
export function planSubject(plan: ProposedPlan): string {
  if (plan.kind === 'upload') return `Upload to ${plain(plan.repoId, 100)}`;
  if (plan.kind === 'upload-batch') return `${plan.uploads.length} uploads`;
  const what = `${plain(plan.method, 40)} on ${plain(plan.platform, 40)}`;
  return plan.dryRun ? `dry run of ${what}` : what;
}

/** A finding with its remedy: `⛔ **what** → what to do`. */
export function findingText(finding: Finding): string {
  const sign = finding.level === 'blocker' ? '⛔' : '⚠️';
  return `${sign} **${plain(finding.message, 250)}**\n→ ${plain(finding.remedy, 200)}`;
}

/** Model, dataset, checkpoint and note: the names of a training, one a line. */
export function trainNames(plan: TrainPlan): string {
  return lines(
    `**${plain(plan.methodLabel, 80)}**`,
    modelLine(plan),
    ...datasetLines(plan),
    plan.resumeFrom && `Resumes from ${code(plan.resumeFrom.label, 200)}${stepOf(plan.resumeFrom.step)}`,
    plan.dryRun && 'Dry run: everything is set up, nothing is trained.',
    plan.note !== undefined && plan.note.trim() !== '' && `Note: ${plain(plan.note, 250)}`,
  );
}

function stepOf(step: number | undefined): string {
  return step === undefined ? '' : ` (step ${formatCount(step)})`;
}

function modelLine(plan: TrainPlan): string | undefined {
  const model = settingOf(plan, 'model');
  return model && `Model ${code(formatSetting(model.value), 200)}${fileRemark(model)}`;
}

function fileRemark(setting: PlannedSetting | undefined): string {
  return setting?.fileValue === undefined ? '' : ` (file: ${code(formatSetting(setting.fileValue), 80)})`;
}

function datasetLines(plan: TrainPlan): (string | undefined)[] {
  const setting = settingOf(plan, 'dataset');
  const { dataset } = plan;
  if (dataset === undefined) {
    return [setting && `Dataset ${code(formatSetting(setting.value), 200)}${fileRemark(setting)}`];
  }
  const { labels } = dataset;
  return [
    `Dataset ${code(dataset.name, 200)}${fileRemark(setting)}`,
    `${formatCount(dataset.examples)} examples, ${formatBytes(dataset.sizeBytes)}`,
    labels &&
      `${formatCount(labels.desirable)} desirable, ${formatCount(labels.undesirable)} undesirable ${balance(labels)}`,
  ];
}

function balance(labels: { readonly desirable: number; readonly undesirable: number }): string {
  const all = labels.desirable + labels.undesirable;
  if (all === 0) return '';
  // Rounded, but 100 : 0 only where one label is really missing.
  const share = (labels.desirable / all) * 100;
  const shown = share > 0 && share < 100 ? Math.min(99, Math.max(1, Math.round(share))) : share;
  return `(${shown} : ${100 - shown})`;
}

/** Where it runs and what exactly: interpreter, config file, command. Inline code wraps on a phone; a code block would not. */
export function launchFields(plan: TrainPlan): { name: string; value: string }[] {
  const { argv } = plan.launch;
  return [
    { name: 'Interpreter', value: code(argv[0], 400) },
    { name: 'Config file', value: code(plan.configFile.path, 400) },
    commandField(plan.launch),
  ];
}

/** The command line, and where it runs. */
export function commandField({ argv, cwd }: Launch): { name: string; value: string } {
  return { name: 'Command line', value: `${code(argv.map(quote).join(' '), 700)}\nin ${code(cwd, 290)}` };
}

/** As a shell would need it: the line can be copied. It is never run through one. */
function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
