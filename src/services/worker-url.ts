/**
 * Where a worker's compiled file lies. Worker threads run JavaScript alone, so for a module that itself runs as
 * TypeScript (tests) it is the one built from it in `dist/`.
 *
 * @param file relative to the calling module, with `.js`
 * @param moduleUrl the caller's `import.meta.url`
 */
export function workerUrl(file: string, moduleUrl: string): URL {
  const url = new URL(file, moduleUrl);
  if (!moduleUrl.endsWith('.ts')) return url;
  const root = url.pathname.lastIndexOf('/src/');
  url.pathname = `${url.pathname.slice(0, root)}/dist${url.pathname.slice(root)}`;
  return url;
}
