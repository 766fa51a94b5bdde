/** What the trainer's own output tells and no file does. */
export interface OutputFacts {
  /** As printed, relative to the trainer's folder or absolute. */
  readonly runFolder?: string;
  readonly step?: number;
  readonly totalSteps?: number;
  /** It said so itself: the exit code is 0 all the same. */
  readonly datasetInvalid: boolean;
  readonly outOfMemory: boolean;
  /** Last line of the last traceback, e.g. `ValueError: bad label`. */
  readonly exception?: string;
  /** The final model is being written: training is over. */
  readonly saving: boolean;
}

export const noOutputFacts: OutputFacts = { datasetInvalid: false, outOfMemory: false, saving: false };

const runFolderLine = /^\s*Training run directory:\s*(.+?)\s*$/i;
/** ` 5/145 |   0.6500 |  1.00e-06 | …`: a row of the trainer's own table. */
const tableRow = /^\s*(\d+)\/(\d+)\s*\|/;
/** A tqdm bar, ` 12%|█▏  | 17/145 [00:20<02:31, …`. Also drawn while data are loaded and mapped. */
const tqdmBar = /\|\s*(\d+)\/(\d+)\s*\[/;
const datasetInvalidLine = /Dataset validation failed/i;
// torch.OutOfMemoryError (torch ≥ 2.5), torch.cuda.OutOfMemoryError, `CUDA out of memory.`, mlx: `[metal::malloc] … out of memory`.
const outOfMemoryLine = /OutOfMemoryError|CUDA out of memory|\bout of memory\b|CUBLAS_STATUS_ALLOC_FAILED/i;
/** The last line of a Python traceback: a dotted name of an exception, alone or with its message. */
const exceptionLine = /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Warning)(?::.*)?$/;
const savingLine = /sav(?:ing|ed) (?:the )?(?:final )?(?:lora |adapter )?model/i;

/**
 * Adds one line of output to what is known. A tqdm bar counts only when its total is the one that the plan or the table
 * states, since loading draws bars too.
 */
export function readOutputLine(facts: OutputFacts, line: string, plannedSteps?: number): OutputFacts {
  const folder = runFolderLine.exec(line)?.[1];
  if (folder !== undefined) return { ...facts, runFolder: folder };
  if (datasetInvalidLine.test(line)) return { ...facts, datasetInvalid: true };
  if (outOfMemoryLine.test(line)) return { ...facts, outOfMemory: true, exception: line.trim() };
  if (exceptionLine.test(line)) return { ...facts, exception: line.trim() };
  if (savingLine.test(line)) return { ...facts, saving: true };
  return readStep(facts, line, plannedSteps);
}

function readStep(facts: OutputFacts, line: string, plannedSteps: number | undefined): OutputFacts {
  const row = tableRow.exec(line);
  const match = row ?? tqdmBar.exec(line);
  if (!match) return facts;
  const step = Number(match[1]);
  const totalSteps = Number(match[2]);
  const trusted = row !== null || totalSteps === (facts.totalSteps ?? plannedSteps);
  if (!trusted || step > totalSteps || totalSteps === 0) return facts;
  return { ...facts, step, totalSteps, saving: false };
}
