import type { ChartSpec } from '../domain/chart.js';
import type { ComparedSubject } from '../domain/run-comparison.js';
import { finiteValues, isDrawable, scaleFor } from './charts/curve-shape.js';
import { codeBlock, padStart } from './columns.js';
import { buildEmbed, lines } from './embed.js';
import { direction } from './figures.js';
import type { MessageBody } from './message.js';
import { formatFigure, formatSetting, shortFigure } from './numbers.js';
import { palette } from './palette.js';
import { code, plain } from './text.js';

const pictureName = 'compare.png';
const letters = ['A', 'B', 'C', 'D'] as const;
const widthPx = 800;
const panelPx = 320;
/** Panels that are still readable on a phone. */
const maxPanels = 2;
const maxSettings = 12;

/** Two to four runs or checkpoints, each against the first. */
export function compareMessage(
  subjects: readonly ComparedSubject[],
  { chart }: { readonly chart?: Buffer } = {},
): MessageBody {
  const rows = figureRows(subjects);
  const settings = settingRows(subjects);
  const unknown = letters.filter((_, index) => subjects[index] && !subjects[index].settings);
  const embed = buildEmbed({
    title: '⚖️ Compare',
    colour: palette.running,
    sections: [
      lines(...subjects.map((subject, index) => `**${letters[index]}** ${subjectText(subject)}`)),
      rows.length === 0 ? 'They have no figures in common.' : codeBlock(rows),
      settings.length === 0 ? undefined : lines('**Settings that differ**', codeBlock(settings)),
      unknown.length === 0
        ? undefined
        : `-# The settings of ${unknown.join(', ')} are not known: not started by this bot, and no training_lineage.json in the run.`,
    ],
    ...(chart && { picture: pictureName }),
  });
  const description = 'The curves of what is compared';
  return {
    embeds: [embed],
    ...(chart && { files: [{ name: pictureName, data: chart, description }] }),
    mention: [],
  };
}

function subjectText({ name, methodLabel, checkpointStep }: ComparedSubject): string {
  const step = checkpointStep === undefined ? '' : `, step ${checkpointStep}`;
  return `${code(name, 60)} ${plain(methodLabel, 60)}${step}`;
}

/** The columns that all of them have figures of. */
function sharedColumns(subjects: readonly ComparedSubject[]) {
  const columns = subjects[0]?.columns ?? [];
  return columns.filter(({ key }) => subjects.every(({ figures }) => figures[key] !== undefined));
}

function figureRows(subjects: readonly ComparedSubject[]): string[] {
  return sharedColumns(subjects).flatMap(({ key, label, better }) => {
    const first = subjects[0]?.figures[key];
    const rows = subjects.map(({ figures }, index) => {
      const value = figures[key] ?? Number.NaN;
      const text = ` ${letters[index]} ${padStart(formatFigure(value), 10)}`;
      if (index === 0 || first === undefined) return text;
      return `${text} ${padStart(changeText(value - first), 8)} ${direction(better, value, first)}`.trimEnd();
    });
    return [label, ...rows];
  });
}

/** A difference in two digits, with its sign. */
function changeText(change: number): string {
  if (!Number.isFinite(change)) return '';
  const text = shortFigure(Number(change.toPrecision(2)));
  return change > 0 ? `+${text}` : text;
}

function settingRows(subjects: readonly ComparedSubject[]): string[] {
  const known = subjects.flatMap(({ settings, settingsPartly }, index) =>
    settings ? [{ settings, index, partly: settingsPartly === true }] : [],
  );
  if (known.length < 2) return [];
  const labels = [...new Set(known.flatMap(({ settings }) => [...settings.keys()]))];
  return labels
    .filter((label) => {
      // What a plan does not set is not set; what a trainer did not write down is not known to differ.
      const told = known.filter(({ settings, partly }) => !partly || settings.has(label));
      return new Set(told.map(({ settings }) => settings.get(label))).size > 1;
    })
    .slice(0, maxSettings)
    .flatMap((label) => [
      label,
      ...known.map(({ settings, index }) => {
        const value = settings.get(label);
        return ` ${letters[index]} ${value === undefined ? '–' : formatSetting(value)}`;
      }),
    ]);
}

/** A panel a metric that all of them have curves of, one line each. Undefined: nothing to draw. */
export function compareChart(subjects: readonly ComparedSubject[]): ChartSpec | undefined {
  const columns = (subjects[0]?.columns ?? []).filter(({ chart, better }) => chart ?? better !== 'none');
  const panels = columns
    .toSorted((a, b) => Number(b.main ?? false) - Number(a.main ?? false))
    .flatMap(({ key, label }) => {
      const curves = subjects.flatMap((subject, index) => {
        const curve = subject.curves.find((one) => one.key === key);
        return curve && isDrawable(curve) ? [{ curve, index, step: subject.checkpointStep }] : [];
      });
      if (curves.length !== subjects.length) return [];
      return [
        {
          left: { label, scale: scaleFor(curves.map(({ curve }) => curve)) },
          series: curves.map(({ curve, index }) => ({
            label: letters[index] ?? '',
            value: shortFigure(finiteValues(curve.points).at(-1) ?? Number.NaN),
            colour: index,
            axis: 'left' as const,
            points: curve.points,
          })),
          marks: curves.flatMap(({ step }) =>
            step === undefined ? [] : [{ kind: 'checkpoint' as const, x: step }],
          ),
        },
      ];
    })
    .slice(0, maxPanels);
  if (panels.length === 0) return undefined;
  return {
    widthPx,
    heightPx: panels.length * panelPx,
    title: subjects.map((_, index) => letters[index]).join(', '),
    x: { label: 'step', scale: 'linear' },
    panels,
  };
}
