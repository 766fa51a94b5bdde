import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { UploadPlan } from '../../domain/upload-plan.js';
import type { LocalFile } from './local-files.js';
import { writeWhole } from './write-whole.js';

/** In the folder of what was made: a retry by another job finds it there, and it is gone where the files are. */
export const recordName = '.tuner-bot-upload.json';

const recordSchema = z.object({
  saveMethod: z.string(),
  quantizations: z.array(z.string()),
  /** SHA-256 of what it was made of, in the plan's order. */
  sources: z.array(z.string()),
  files: z.array(
    z.object({ path: z.string(), file: z.string(), sizeBytes: z.number(), modifiedMs: z.number() }),
  ),
});

function statedBy(plan: UploadPlan) {
  const pinned = plan.source.kind === 'model' ? plan.source.pinned : [];
  return {
    saveMethod: plan.saveMethod ?? '',
    quantizations: plan.quantizations.toSorted(),
    sources: pinned.map(({ sha256 }) => sha256),
  };
}

/** Notes that everything was made that this plan pushes. Rejects with what the file system says. */
export async function writeMade(plan: UploadPlan, files: readonly LocalFile[]): Promise<void> {
  if (plan.outputDir === undefined) return;
  await writeWhole(join(plan.outputDir, recordName), JSON.stringify({ ...statedBy(plan), files }));
}

/**
 * What was made for this plan, by this job or an earlier one; undefined when nothing was noted, the note is of another
 * model or method, or a file is not what it was then (by size and time).
 */
export async function readMade(plan: UploadPlan): Promise<readonly LocalFile[] | undefined> {
  if (plan.outputDir === undefined) return undefined;
  try {
    const text = await readFile(join(plan.outputDir, recordName), 'utf8');
    const { files, ...stated } = recordSchema.parse(JSON.parse(text));
    if (JSON.stringify(stated) !== JSON.stringify(statedBy(plan))) return undefined;
    const same = await Promise.all(files.map(isSame));
    return same.every(Boolean) ? files : undefined;
  } catch {
    return undefined;
  }
}

async function isSame({ file, sizeBytes, modifiedMs }: LocalFile): Promise<boolean> {
  const { size, mtimeMs } = await stat(file);
  return size === sizeBytes && mtimeMs === modifiedMs;
}
