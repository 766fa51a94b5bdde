import type { UploadStage } from '../../domain/upload-progress.js';

/** A file of GGUF that the program says it made. */
export interface SaidFile {
  readonly name: string;
  /** As printed: MiB, rounded to a tenth. */
  readonly sizeMiB: number;
}

/** What the upload program's own output tells. */
export interface UploadFacts {
  readonly stage?: UploadStage;
  /** Of the stage: what is being worked on, and how far, where a bar is drawn. */
  readonly item?: string;
  readonly part?: number;
  readonly sentBytes?: number;
  readonly totalBytes?: number;
  readonly bytesPerSecond?: number;
  readonly etaMs?: number;
  /** It is our own program, which pushes what an earlier try made. */
  readonly pushesOnly: boolean;
  /** The folder whose files are pushed as they stand, as printed. */
  readonly modelFolder?: string;
  /** All GGUF files, once the program has listed them. */
  readonly gguf?: readonly SaidFile[];
  /** Quantizations that could not be made, a clause each. */
  readonly notMade: readonly string[];
  /** Documents that could not be pushed, which does not fail the program; by name. */
  readonly notPushed: Readonly<Record<string, string>>;
  /** What it failed by, in its own words, which may take several lines: here with spaces between. */
  readonly failure?: string;
  /** Last line of the last traceback. */
  readonly exception?: string;
}

export const noUploadFacts: UploadFacts = { pushesOnly: false, notMade: [], notPushed: {} };

/** What our own program prints first; see push-program. */
export const pushOnlyLine = 'PUSHING WHAT IS MISSING';

/** Titles and lines that begin a stage. */
const stageStarts: readonly (readonly [RegExp, UploadStage])[] = [
  [/^UPLOAD ORCHESTRATOR$/, 'merge'],
  [/^UPLOADING TO HUGGINGFACE$/, 'push'],
  [new RegExp(`^${pushOnlyLine}$`), 'push'],
  [/^GGUF CONVERSION$/, 'convert'],
  [/^UPLOADING FILES$/, 'files'],
  [/^(?:CREATING|UPLOADING) DOCUMENTATION$/, 'card'],
  // GGUF of a repository on the Hub, in five steps.
  [/^\[1\/5\] Loading model/, 'convert'],
  [/^\[4\/5\] Uploading GGUF/, 'files'],
];

const folderLine = /^Local path: (.+)$/;
const itemLine = /^\s*(?:\[\d+\/\d+\] Uploading|Quantizing to) (.+?)\.\.\.$/;
const listTitle = /^✓ Created \d+ GGUF files?:$/;
const listLine = /^ {2}- (.+) \(([\d.]+) MB\)$/;
const notMadeLine = /^\s*⚠ Failed to create (.+)$/;
const notPushedLine = /^⚠ Could not upload (.+?): (.*)$/;
/** Characters of a failure that are kept: a program may print much after it. */
const maxFailure = 1000;
const failureLine = /^(?:✗ [\w-]+ failed|Error): (.*)$/;
/** The last line of a Python traceback: a dotted name of an exception, alone or with its message. */
const exceptionLine = /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Failure)(?::.*)?$/;
/** `Merging layers: [####    ]  45%` */
const stageBar = /^(.+?): \[[#=>.\- ]*\]\s+(\d+)%$/;
/** tqdm with bytes: `Uploading x.gguf:  45%|████▌     | 1.17M/2.60M [00:01<00:02, 800kB/s]` */
const byteBar =
  /^(?:Uploading )?(.+?):?\s+\d+%\|[^|]*\|\s*([\d.]+)([kMGTP]?)B?\/([\d.]+)([kMGTP]?)B?\s+\[[\d:]+<([\d:?]+),\s*([\d.?]+)\s?([kMGTP]?)B\/s/;

/** Adds one line of output to what is known. */
export function readUploadLine(facts: UploadFacts, line: string): UploadFacts {
  const { failure } = facts;
  if (failure !== undefined && !failureLine.test(line)) {
    if (line.trim() === '' || failure.length > maxFailure) return facts;
    return { ...facts, failure: `${failure} ${line.trim()}` };
  }
  const stage = stageStarts.find(([start]) => start.test(line))?.[1];
  if (stage) return enterStage(facts, stage, line);
  return readBar(facts, line) ?? readFinding(facts, line) ?? readItem(facts, line) ?? facts;
}

function enterStage(facts: UploadFacts, stage: UploadStage, line: string): UploadFacts {
  return { ...without(facts), stage, pushesOnly: facts.pushesOnly || line === pushOnlyLine };
}

/** Without what belongs to one item. */
function without(facts: UploadFacts): UploadFacts {
  const { item: _, part: _p, sentBytes: _s, totalBytes: _t, bytesPerSecond: _b, etaMs: _e, ...kept } = facts;
  return kept;
}

function readBar(facts: UploadFacts, line: string): UploadFacts | undefined {
  const made = stageBar.exec(line);
  if (made?.[1] !== undefined) return { ...without(facts), item: made[1], part: Number(made[2]) / 100 };
  const sent = byteBar.exec(line);
  if (sent?.[1] === undefined) return undefined;
  const [, item, count = '', unit = '', of = '', ofUnit = '', left = '', pace = '', paceUnit = ''] = sent;
  const sentBytes = bytesOf(count, unit);
  const totalBytes = bytesOf(of, ofUnit);
  const bytesPerSecond = bytesOf(pace, paceUnit);
  const etaMs = durationMs(left);
  return {
    ...without(facts),
    item,
    sentBytes,
    totalBytes,
    part: totalBytes > 0 ? Math.min(1, sentBytes / totalBytes) : 1,
    ...(Number.isFinite(bytesPerSecond) && { bytesPerSecond }),
    ...(etaMs !== undefined && { etaMs }),
  };
}

function readFinding(facts: UploadFacts, line: string): UploadFacts | undefined {
  const folder = folderLine.exec(line)?.[1];
  if (folder !== undefined) return { ...facts, modelFolder: folder };
  if (listTitle.test(line)) return { ...facts, gguf: [] };
  const [, name, size] = listLine.exec(line) ?? [];
  if (name !== undefined && facts.gguf)
    return { ...facts, gguf: [...facts.gguf, { name, sizeMiB: Number(size) }] };
  const notMade = notMadeLine.exec(line)?.[1];
  if (notMade !== undefined) return { ...facts, notMade: [...facts.notMade, notMade] };
  const [, path, why = ''] = notPushedLine.exec(line) ?? [];
  if (path !== undefined) return { ...facts, notPushed: { ...facts.notPushed, [path]: why } };
  const failure = failureLine.exec(line)?.[1];
  if (failure !== undefined) return { ...facts, failure };
  return exceptionLine.test(line.trim()) ? { ...facts, exception: line.trim() } : undefined;
}

function readItem(facts: UploadFacts, line: string): UploadFacts | undefined {
  const item = itemLine.exec(line)?.[1];
  return item === undefined ? undefined : { ...without(facts), item };
}

/** `1.17`, `M` → 1170000: tqdm's units are powers of 1000. NaN for `?`. */
function bytesOf(count: string, unit: string): number {
  return Math.round(Number(count) * 1000 ** ' kMGTP'.indexOf(unit === '' ? ' ' : unit));
}

/** `01:02:03` or `02:03`; undefined for `?`. */
function durationMs(text: string): number | undefined {
  if (text.includes('?')) return undefined;
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
}
