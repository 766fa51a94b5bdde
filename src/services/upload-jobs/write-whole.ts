import { rename, writeFile } from 'node:fs/promises';

/** Writes a file so that nobody reads half of it. Rejects with what the file system says. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}
