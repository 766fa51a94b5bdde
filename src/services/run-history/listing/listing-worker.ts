import { parentPort } from 'node:worker_threads';
import type { AskedOfLister, ListerAnswer, RunsRoot } from './protocol.js';
import { createRootScan, type RootScan } from './root-scan.js';

// Lists runs beside the event loop, and remembers what it saw, so that only what changed is looked into again.

const scans = new Map<string, RootScan>();

/** The names' ends differ (they are times), so both halves are about as large. */
function partOf(name: string): number {
  let sum = 0;
  for (let at = name.length - 1; at >= 0 && at >= name.length - 6; at -= 1) sum += name.charCodeAt(at);
  return sum;
}

function scanOf(key: string, root: RunsRoot, part: number, parts: number): RootScan {
  const known = scans.get(key);
  if (known) return known;
  const made = createRootScan(root, { isMine: (name) => partOf(name) % parts === part });
  scans.set(key, made);
  return made;
}

function answer(asked: AskedOfLister): ListerAnswer {
  const { roots, part, parts, anew } = asked;
  const keys = roots.map((root) => JSON.stringify([root, part, parts]));
  for (const key of scans.keys()) if (!keys.includes(key)) scans.delete(key);
  return { changes: roots.map((root, index) => scanOf(keys[index] ?? '', root, part, parts).scan(anew)) };
}

parentPort?.on('message', (asked: AskedOfLister) => {
  let answered: ListerAnswer;
  try {
    answered = answer(asked);
  } catch (error) {
    answered = { error };
  }
  parentPort?.postMessage(answered, []);
});
