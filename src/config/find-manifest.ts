import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Fault } from '../domain/fault.js';
import { nearestName } from '../domain/nearest-name.js';
import { detectManifest } from '../services/toolset/manifest/detect-manifest.js';
import { parseManifest } from '../services/toolset/manifest/parse-manifest.js';
import type { Manifest } from '../services/toolset/manifest/schema.js';

export interface FoundManifest {
  readonly manifest: Manifest;
  readonly file: string;
}

/**
 * The manifest that the settings name, or, for `auto`, the one whose layout the toolset has. `folders` are looked through
 * in order; a file of the same name in a later one is hidden. Adds faults; undefined when it added any.
 */
export function findManifest(
  name: string,
  root: string,
  folders: readonly string[],
  faults: Fault[],
): FoundManifest | undefined {
  const files = listManifests(folders);
  if (name !== 'auto') {
    const file = namedManifest(name, files, folders[0] ?? '', faults);
    return file === undefined ? undefined : readManifest(file, faults);
  }
  const before = faults.length;
  const candidates = files.map((file) => readManifest(file, faults)).filter((found) => found !== undefined);
  if (faults.length > before) return undefined;
  const found = detectManifest(candidates, root);
  if (found) return found;
  const looked = candidates.map(({ file, manifest }) => `${basename(file)}: ${manifest.detect.join(', ')}`);
  faults.push({
    key: 'toolset.manifest',
    message: `is auto, but no known layout was found in ${root} (${looked.join('; ')})`,
    remedy: 'Check toolset.root, or describe the layout in a file in configs/toolsets/ and name it here',
  });
  return undefined;
}

function listManifests(folders: readonly string[]): readonly string[] {
  const byName = new Map<string, string>();
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder).toSorted()) {
      if (/\.ya?ml$/.test(name) && !byName.has(name)) byName.set(name, join(folder, name));
    }
  }
  return [...byName.values()];
}

function namedManifest(
  name: string,
  files: readonly string[],
  folder: string,
  faults: Fault[],
): string | undefined {
  const named = files.find(
    (file) => basename(file) === name || basename(file).replace(/\.ya?ml$/, '') === name,
  );
  if (named !== undefined) return named;
  // Beside the folder of manifests: relative to the settings file.
  const path = resolve(folder, '..', name);
  if (name.includes('/') && existsSync(path)) return path;
  const names = files.map((file) => basename(file));
  const nearest = nearestName(name, names);
  faults.push({
    key: 'toolset.manifest',
    message: `\`${name}\` is not there${nearest === undefined ? '' : `; did you mean \`${nearest}\`?`}`,
    remedy: `Write auto, or one of ${names.join(', ')}, or a path relative to the settings file`,
  });
  return undefined;
}

function readManifest(file: string, faults: Fault[]): FoundManifest | undefined {
  const result = parseManifest(readFileSync(file, 'utf8'), basename(file));
  if (result.ok) return { manifest: result.manifest, file };
  faults.push(...result.faults);
  return undefined;
}
