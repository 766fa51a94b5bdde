import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Finding } from '../../../domain/plan.js';
import { gigabytes, readFreeBytes } from '../../toolset/free-disk.js';
import { mapLimited } from '../../toolset/map-limited.js';
import { copiesFolder, measureFolder } from '../find-model.js';
import { blocker, warning } from '../findings.js';
import type { ModelSize } from '../sizes.js';

/** What an upload puts on a disk. */
export interface DiskNeed {
  readonly folder: string;
  readonly bytes: number;
  /** How well that is known. */
  readonly from: ModelSize['from'];
}

/** By how much a model may be smaller or larger than its name says: 7B stands for 6.7 to 7.6 billion. */
const tolerance = 0.15;

/** Whether the copies find room, those of all uploads together: they stay where they are made. */
export async function checkDisk(needs: readonly DiskNeed[]): Promise<readonly Finding[]> {
  const disks = new Map<number, DiskNeed[]>();
  const findings: Finding[] = [];
  for (const need of needs) {
    const existing = await nearestFolder(need.folder);
    const device = (await stat(existing)).dev;
    disks.set(device, [...(disks.get(device) ?? []), need]);
    if (!(await isWritable(existing))) {
      const remedy = 'Let the user that runs the bot make folders there.';
      findings.push(blocker('output-unwritable', `Nothing can be written to ${existing}.`, remedy));
    }
  }
  for (const some of disks.values()) findings.push(...(await checkOne(some)));
  return findings;
}

async function checkOne(needs: readonly DiskNeed[]): Promise<readonly Finding[]> {
  const [first] = needs;
  const freeBytes = first && (await readFreeBytes(first.folder));
  if (!first || freeBytes === undefined) return [];
  const sum = (count: (need: DiskNeed) => number): number =>
    needs.reduce((total, need) => total + count(need), 0);
  const spread = ({ from }: DiskNeed): number => (from === 'measured' ? 0 : tolerance);
  // A guess alone forbids nothing.
  const least = sum((need) => (need.from === 'guessed' ? 0 : need.bytes * (1 - spread(need))));
  const most = sum((need) => need.bytes * (1 + spread(need)));
  const about = gigabytes(sum(({ bytes }) => bytes));
  const text = `The disk of ${first.folder} has ${gigabytes(freeBytes)} free; the copies need about ${about}`;
  if (freeBytes >= most) return [];
  const left = await describeCopies(needs);
  const remedy = `Free some room, take fewer quantizations, or save the adapter alone (lora).${left}`;
  if (freeBytes < least) return [blocker('disk', `${text}.`, remedy)];
  return [warning('disk', `${text}, which may not fit.`, remedy)];
}

/** What earlier uploads left there, which nobody removes: they can be pushed again from it. */
async function describeCopies(needs: readonly DiskNeed[]): Promise<string> {
  const places = new Set(
    needs.flatMap(({ folder }) => {
      const [above, below] = folder.split(`/${copiesFolder}/`);
      return below === undefined ? [] : [`${above}/${copiesFolder}`];
    }),
  );
  const sizes = await mapLimited([...places], 2, async (place) => ({
    place,
    bytes: (await measureFolder(place)).bytes,
  }));
  const told = sizes.filter(({ bytes }) => bytes > 0);
  return told
    .map(({ place, bytes }) => ` Copies of earlier uploads: ${gigabytes(bytes)} in ${place}.`)
    .join('');
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return (await stat(folder)).isDirectory();
  } catch {
    return false;
  }
}

/** The folder itself, or the nearest place above that exists. */
async function nearestFolder(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const there = await stat(path).catch(() => undefined);
    if (there || path === dirname(path)) return path;
  }
}
