import type { Finding } from '../../../domain/plan.js';
import type { DatasetReport } from '../../toolset/read-dataset.js';
import type { ChosenDataset } from '../find-dataset.js';

/** What came of reading the dataset. */
export type DatasetReading =
  | { readonly read: true; readonly report: DatasetReport }
  | { readonly read: false; readonly missing: boolean; readonly why: string };

/** More of one label than this many times the other trains badly (toolset's guide: a heavy imbalance). */
const maxImbalance = 4;

/** Whether there is a dataset, whether the trainer will take it, and for kto whether its labels are balanced. */
export function checkDataset(chosen: ChosenDataset, reading: DatasetReading | undefined): readonly Finding[] {
  if (chosen.kind === 'none') {
    return [
      blocker(
        'dataset-missing',
        'The config file names no dataset.',
        'Choose one with the option dataset, or name it in the config file.',
      ),
    ];
  }
  if (chosen.kind === 'remote') {
    return [
      {
        level: 'warning',
        code: 'dataset-remote',
        message: `The trainer fetches the dataset ${chosen.name} itself, so it could not be checked.`,
        remedy: 'Choose a file with the option dataset to have it checked.',
      },
    ];
  }
  if (!reading) return [];
  if (!reading.read) return [unreadable(chosen.name, reading)];
  return judge(chosen.name, reading.report);
}

function unreadable(name: string, reading: { readonly missing: boolean; readonly why: string }): Finding {
  if (!reading.missing) {
    return blocker(
      'dataset-unreadable',
      `The dataset ${name} cannot be read: ${reading.why}.`,
      'Let the user that runs the bot read it.',
    );
  }
  return blocker(
    'dataset-missing',
    `The dataset ${name} does not exist.`,
    'Put it there, or choose another with the option dataset.',
  );
}

function judge(name: string, report: DatasetReport): readonly Finding[] {
  const { firstBad, badLines, examples, labels } = report;
  if (firstBad) {
    const more = badLines === 1 ? '' : ` ${badLines} lines are bad in all.`;
    return [
      blocker(
        'dataset-malformed',
        `Line ${firstBad.line} of ${name} cannot be used: ${firstBad.why}.${more}`,
        'Mend or remove the line, or choose another dataset.',
      ),
    ];
  }
  if (examples === 0) {
    return [
      blocker('dataset-empty', `The dataset ${name} is empty.`, 'Choose another with the option dataset.'),
    ];
  }
  return labels ? checkLabels(name, labels) : [];
}

function checkLabels(name: string, labels: NonNullable<DatasetReport['labels']>): readonly Finding[] {
  const { desirable, undesirable } = labels;
  if (desirable === 0 || undesirable === 0) {
    const only = desirable === 0 ? 'false' : 'true';
    return [
      blocker(
        'one-label',
        `All examples of ${name} have the label ${only}; kto needs both.`,
        `Add examples with the label ${only === 'true' ? 'false' : 'true'}, or choose another dataset.`,
      ),
    ];
  }
  if (Math.max(desirable, undesirable) <= maxImbalance * Math.min(desirable, undesirable)) return [];
  return [
    {
      level: 'warning',
      code: 'imbalance',
      message: `${name} has ${desirable} desirable and ${undesirable} undesirable examples, more than ${maxImbalance} to 1.`,
      remedy: 'Balance them, or set desirable_weight and undesirable_weight in the config file.',
    },
  ];
}

function blocker(code: string, message: string, remedy: string): Finding {
  return { level: 'blocker', code, message, remedy };
}
