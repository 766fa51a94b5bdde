import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Lays out the miniature toolset in a folder unless it stands there already, of these very sources. */
export function makeToolset(root: string, folder: string, layout: string): void {
  const sources = join(root, 'examples/toolset');
  const stamp = join(dirname(folder), 'toolset.stamp');
  const wanted = `${layout} ${hashOf(sources)}`;
  if (existsSync(folder) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  mkdirSync(dirname(folder), { recursive: true });
  const { status, stderr, error } = spawnSync(
    'python3',
    [join(sources, 'make_layout.py'), folder, '--layout', layout],
    { encoding: 'utf8' },
  );
  if (error || status !== 0) {
    throw new Error(`The miniature toolset could not be made; it needs python3. ${stderr ?? String(error)}`);
  }
  writeFileSync(stamp, wanted);
}

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.(?:py|yaml|jsonl)$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}
