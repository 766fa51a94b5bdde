import { isAbsolute, join } from 'node:path';
import type { Finding } from '../../../domain/plan.js';
import { firstProgram, onPath } from '../../toolset/find-interpreter.js';
import type { UploadProgram } from '../../toolset/manifest/schema.js';
import { blocker, warning } from '../findings.js';

export interface LlamaCppSearch {
  readonly root: string;
  readonly llamaCpp: UploadProgram['llamaCpp'];
  /** GGUF files of a repository on the Hub: another part of the program, with a place of its own. */
  readonly ofRepository: boolean;
  readonly env: Readonly<Record<string, string>>;
}

const without = 'upload without GGUF files';

/** Whether the program will find llama.cpp, or can build it. */
export async function checkLlamaCpp(search: LlamaCppSearch): Promise<readonly Finding[]> {
  const { root, llamaCpp, ofRepository, env } = search;
  // A manifest that says nothing of it: nothing is known, and nothing is said.
  if (!llamaCpp) return [];
  const fixed = ofRepository ? llamaCpp.ofRepository : undefined;
  const { programs } = llamaCpp;
  const build = fixed ? undefined : llamaCpp.build;
  const places = (fixed ?? llamaCpp.folders).map((folder) => resolveNear(root, env['HOME'], folder));
  const known = places.filter((place) => place !== undefined);
  const paths = known.flatMap((place) => programs.map((program) => join(place, program)));
  if ((await firstProgram(paths)) !== undefined) return [];
  const message = `llama.cpp was not found (looked in ${known.join(', ') || 'no folder'})`;
  const put = `Build llama.cpp in ${known[0] ?? '~/llama.cpp'}`;
  if (known.length < places.length) {
    return [warning('llama-cpp-unknown', `${message}; HOME is not set, so it may be elsewhere.`, `${put}.`)];
  }
  if (!build)
    return [blocker('llama-cpp-missing', `${message}.`, ofRepository ? `${put}.` : `${put}, or ${without}.`)];
  const lacking: string[] = [];
  for (const program of build) if ((await onPath(program, env)) === undefined) lacking.push(program);
  if (lacking.length > 0) {
    const why = `and cannot be built without ${lacking.join(' and ')}`;
    return [
      blocker('llama-cpp-missing', `${message} ${why}.`, `Install ${lacking.join(' and ')}, or ${without}.`),
    ];
  }
  return [
    warning(
      'llama-cpp-built',
      `${message}: the upload program will fetch and build it, which takes the network and some minutes.`,
      `${put} beforehand to be sure.`,
    ),
  ];
}

/** Undefined: in the home folder, and that is not known. */
function resolveNear(root: string, home: string | undefined, folder: string): string | undefined {
  if (!folder.startsWith('~/')) return join(root, folder);
  return home !== undefined && isAbsolute(home) ? join(home, folder.slice(2)) : undefined;
}
