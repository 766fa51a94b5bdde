import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { SaidFile } from './upload-facts.js';
import { writeWhole } from './write-whole.js';

const recordSchema = z.array(z.object({ name: z.string(), sizeMiB: z.number() }));

/** In the job's folder, beside those of its attempts: no copy of the files is left that a note could lie with. */
const recordOf = (attemptDir: string): string => join(dirname(attemptDir), 'gguf.json');

/** Notes which GGUF files of a repository on the Hub were made and pushed. Rejects with what the file system says. */
export async function writeSaid(attemptDir: string, files: readonly SaidFile[]): Promise<void> {
  await writeWhole(recordOf(attemptDir), JSON.stringify(files));
}

/** What an earlier try of this job noted; undefined when it noted nothing. */
export async function readSaid(attemptDir: string): Promise<readonly SaidFile[] | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(recordOf(attemptDir), 'utf8')));
  } catch {
    return undefined;
  }
}
