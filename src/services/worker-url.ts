import { existsSync } from 'node:fs';

/**
 * Where a worker's compiled file lies: below `dist/src/`, whether this module runs from there, from the bundle of the bot,
 * or as TypeScript (tests). Worker threads run JavaScript alone.
 *
 * @param file relative to `src/`, with `.js`
 */
export function workerUrl(file: string): URL {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const above = new URL('..', folder);
    if (above.href === folder.href) throw new Error('package.json is not found above this file.');
    folder = above;
  }
  return new URL(`dist/src/${file}`, folder);
}
