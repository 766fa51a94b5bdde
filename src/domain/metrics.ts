/**
 * How a line of a metrics log holds its figures. Plain data, so that a manifest can state it.
 *
 * `flat`: every key of the line is a figure. `nested`: figures stand in an object under `valuesKey`; lines without it, or
 * whose `levelKey` says anything but `level`, are not about metrics and are passed over.
 */
export type LogFormat =
  | { readonly kind: 'flat' }
  | {
      readonly kind: 'nested';
      readonly levelKey: string;
      readonly level: string;
      readonly valuesKey: string;
    };

/**
 * `training`: figures of a step. `evaluation`: `eval_…` figures and no loss; it stands beside the training entry of the
 * same step. `summary`: the closing entry of a run (`train_runtime` …), no point of any curve.
 */
export type MetricKind = 'training' | 'evaluation' | 'summary';

/** One entry of a metrics log. */
export interface MetricEntry {
  readonly kind: MetricKind;
  /** A whole number from 0 up; a closing entry without one has step 0. */
  readonly step: number;
  readonly epoch?: number;
  /** Epoch milliseconds. Logs state local time without a zone: it is read in the zone of this process. */
  readonly atMs?: number;
  /** By the log's own keys; NaN and infinities are values like any other. */
  readonly values: Readonly<Record<string, number>>;
}

/** What one line of a log is. `ignored`: sound, but not about metrics. `blank`: white space alone. */
export type MetricLine =
  | { readonly kind: 'entry'; readonly entry: MetricEntry }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'blank' }
  | { readonly kind: 'unreadable' };

/** The format of a log as a manifest's `log` states it. Nested logs are those of Python's logging: level METRICS. */
export function logFormatOf(layout: {
  readonly logFormat: 'flat' | 'nested';
  readonly metricsKey?: string;
}): LogFormat {
  return layout.logFormat === 'flat'
    ? { kind: 'flat' }
    : { kind: 'nested', levelKey: 'level', level: 'METRICS', valuesKey: layout.metricsKey ?? 'metrics' };
}

/** Keys that place an entry rather than measure something. */
const placeKeys: ReadonlySet<string> = new Set(['step', 'epoch', 'timestamp']);

/**
 * What a parsed line of a log says. `document` is what `parsePythonJson` gave, undefined where that failed. Anything but an object with a
 * step is unreadable, but for a closing entry, which may lack one.
 */
export function readMetricDocument(document: unknown, format: LogFormat): MetricLine {
  if (!isRecord(document)) return { kind: 'unreadable' };
  const figures = figuresOf(document, format);
  if (!figures) return { kind: 'ignored' };
  const values: Record<string, number> = {};
  for (const [key, raw] of Object.entries(figures)) {
    const value = placeKeys.has(key) ? undefined : readNumber(raw);
    if (value !== undefined) values[key] = value;
  }
  const kind = kindOf(values);
  const step = readStep(document['step'] ?? figures['step']) ?? (kind === 'summary' ? 0 : undefined);
  if (step === undefined) return { kind: 'unreadable' };
  const epoch = readNumber(document['epoch'] ?? figures['epoch']);
  const atMs = readLocalTime(document['timestamp']);
  return {
    kind: 'entry',
    entry: { kind, step, ...(epoch !== undefined && { epoch }), ...(atMs !== undefined && { atMs }), values },
  };
}

/** Whether a value is not finite, by key order: the first such key of an entry. */
export function notFiniteKeyOf(values: Readonly<Record<string, number>>): string | undefined {
  return Object.keys(values).find((key) => !Number.isFinite(values[key]));
}

function figuresOf(
  document: Record<string, unknown>,
  format: LogFormat,
): Record<string, unknown> | undefined {
  if (format.kind === 'flat') return document;
  const level = document[format.levelKey];
  if (level !== undefined && level !== format.level) return undefined;
  const figures = document[format.valuesKey];
  return isRecord(figures) ? figures : undefined;
}

/** The closing entry carries `train_runtime`; no other entry does (transformers, `Trainer.train`). */
function kindOf(values: Readonly<Record<string, number>>): MetricKind {
  if ('train_runtime' in values) return 'summary';
  if ('loss' in values) return 'training';
  return Object.keys(values).some((key) => key.startsWith('eval_')) ? 'evaluation' : 'training';
}

const decimalText = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const wordText = /^\s*([+-]?)(nan|inf|infinity)\s*$/i;

/** A number, also one in a string as Python's `float()` reads it; undefined for anything else. */
function readNumber(raw: unknown): number | undefined {
  if (typeof raw === 'number') return raw;
  if (typeof raw !== 'string' || raw.length > 64) return undefined;
  if (decimalText.test(raw)) return Number(raw);
  const word = wordText.exec(raw);
  if (!word) return undefined;
  if (word[2]?.toLowerCase() === 'nan') return Number.NaN;
  return word[1] === '-' ? -Infinity : Infinity;
}

function readStep(raw: unknown): number | undefined {
  const step = readNumber(raw);
  return step !== undefined && Number.isSafeInteger(step) && step >= 0 ? step : undefined;
}

const localTime = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

/** `2025-11-22T14:31:07.123456`, or with a space or comma as Python's logging writes it. */
function readLocalTime(raw: unknown): number | undefined {
  const match = typeof raw === 'string' ? localTime.exec(raw) : null;
  if (!match) return undefined;
  const [, day = '', clock = '', fraction = '0', zone = ''] = match;
  const wholeMs = Date.parse(`${day}T${clock}${zone}`);
  return Number.isNaN(wholeMs) ? undefined : wholeMs + Math.floor(Number(`0.${fraction}`) * 1000);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
