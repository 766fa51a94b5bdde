import { join } from 'node:path';
import { projectRoot } from '../launch/project-root.js';

/** Packages that the page loads, and where their browser build begins. Nothing else of node_modules is served. */
const packages: Readonly<Record<string, string>> = {
  '@skyra/discord-components-core': 'dist/index.js',
  lit: 'index.js',
  'lit-html': 'lit-html.js',
  'lit-element': 'index.js',
  '@lit/reactive-element': 'reactive-element.js',
  '@lit/context': 'index.js',
  '@expo-google-fonts/inter': '',
};

/** How the page's modules find each other's names, as an import map. */
export const importMap: string = JSON.stringify({
  imports: Object.fromEntries(
    Object.entries(packages).flatMap(([name, entry]) =>
      entry === ''
        ? []
        : [
            [name, `/vendor/${name}/${entry}`],
            [`${name}/`, `/vendor/${name}/`],
          ],
    ),
  ),
});

/** The file behind `/vendor/PACKAGE/PATH`; undefined for what the page does not need. */
export function vendorFile(pathname: string): string | undefined {
  const rest = pathname.slice('/vendor/'.length);
  const name = Object.keys(packages).find((one) => rest.startsWith(`${one}/`));
  return name === undefined ? undefined : join(projectRoot, 'node_modules', rest);
}
