import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './schema.js';

/** The manifest whose layout the toolset has: of those with a path in it, the one of highest priority. */
export function detectManifest<T extends { readonly manifest: Manifest }>(
  candidates: readonly T[],
  root: string,
): T | undefined {
  return candidates
    .filter(({ manifest }) => manifest.detect.some((path) => existsSync(join(root, path))))
    .toSorted((a, b) => b.manifest.priority - a.manifest.priority)[0];
}
