import type { HubFile } from '../hub/ports.js';
import type { HashTask } from './hash-task.js';
import { isOfKind, type LocalFile } from './local-files.js';
import type { SaidFile } from './upload-facts.js';

/** A file that the repository does not hold as it was made here; `what` is a clause for people. */
export interface Fault {
  readonly path: string;
  readonly what: string;
}

/** Makes the hashes of files; see hashFiles. */
export type Hash = (tasks: readonly HashTask[]) => Promise<readonly string[]>;

/**
 * What differs between files made here and those of a repository: first names and sizes, then the content by the hash that
 * the Hub gives: SHA-256 for LFS files, git's own for the others.
 */
export async function compareFiles(
  local: readonly LocalFile[],
  remote: readonly HubFile[],
  hash: Hash,
): Promise<readonly Fault[]> {
  const there = new Map(remote.map((file) => [file.path, file]));
  const faults: Fault[] = [];
  const alike: { readonly path: string; readonly task: HashTask; readonly stated: string }[] = [];
  for (const { path, file, sizeBytes } of local) {
    const found = there.get(path);
    if (!found) faults.push({ path, what: 'is missing' });
    else if (found.sizeBytes !== sizeBytes)
      faults.push({ path, what: `has ${found.sizeBytes} of ${sizeBytes} bytes` });
    else {
      const task: HashTask = { file, as: found.sha256 === undefined ? 'blob' : 'sha256', sizeBytes };
      alike.push({ path, task, stated: found.sha256 ?? found.blob });
    }
  }
  const hashes = await hash(alike.map(({ task }) => task));
  const other = alike.filter(({ stated }, index) => hashes[index] !== stated);
  return [...faults, ...other.map(({ path }) => ({ path, what: 'has another content' }))];
}

/** The program writes sizes rounded to a tenth. */
const roundingMiB = 0.05 + 1e-9;

/**
 * As `compareFiles` for GGUF files of which no copy is left here: by name, and by the size that the program printed; each
 * quantization that was asked for must be among them.
 */
export function compareSaid(
  said: readonly SaidFile[],
  kinds: readonly string[],
  remote: readonly HubFile[],
): readonly Fault[] {
  const there = new Map(remote.map((file) => [file.path, file]));
  const files = said.flatMap(({ name, sizeMiB }): Fault[] => {
    const found = there.get(name);
    if (!found) return [{ path: name, what: 'is missing' }];
    const there_ = found.sizeBytes / 2 ** 20;
    if (Math.abs(there_ - sizeMiB) <= roundingMiB) return [];
    return [{ path: name, what: `has ${there_.toFixed(1)} of ${sizeMiB.toFixed(1)} MB` }];
  });
  const absent = kinds.filter((kind) => !said.some(({ name }) => isOfKind(name, kind)));
  return [...files, ...absent.map((kind) => ({ path: kind, what: 'was not made' }))];
}

const maxNamed = 8;

/** One sentence that names what is missing. */
export function tellFaults(faults: readonly Fault[]): string {
  const named = faults.slice(0, maxNamed).map(({ path, what }) => `${path} ${what}`);
  const more = faults.length > maxNamed ? [`${faults.length - maxNamed} more`] : [];
  return `The Hub does not hold what was made here: ${[...named, ...more].join('; ')}.`;
}
