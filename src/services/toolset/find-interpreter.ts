import { access, constants, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';

/** What the search needs to know of this machine and of the settings. */
export interface InterpreterSearch {
  /** `auto`, an absolute path, or the name of a program on the PATH. */
  readonly python: string;
  /** Name of the conda environment that the manifest wants; absent: python3 on the PATH is what is wanted. */
  readonly condaName?: string;
  /** The process environment: HOME, CONDA_PREFIX and PATH are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type FoundInterpreter =
  | { readonly found: true; readonly path: string; readonly fallback: boolean }
  | { readonly found: false; readonly looked: readonly string[] };

/** Folders in the home folder that hold conda environments, and the one that images of containers use. */
const condaHomes = ['.conda', 'miniconda3', 'anaconda3', 'miniforge3', 'mambaforge'];
const condaImage = '/opt/conda';

/** Finds the toolset's interpreter. `fallback`: it is not the one that the manifest wants, but the python3 on the PATH. */
export async function findInterpreter(search: InterpreterSearch): Promise<FoundInterpreter> {
  const { python, condaName, env } = search;
  if (python !== 'auto') {
    const path = isAbsolute(python) ? await firstProgram([python]) : await onPath(python, env);
    return path === undefined ? { found: false, looked: [python] } : { found: true, path, fallback: false };
  }
  const candidates = condaName === undefined ? [] : condaCandidates(condaName, env);
  const path = await firstProgram(candidates);
  if (path !== undefined) return { found: true, path, fallback: false };
  const other = await onPath('python3', env);
  if (other === undefined) return { found: false, looked: [...candidates, 'python3 on the PATH'] };
  return { found: true, path: other, fallback: condaName !== undefined };
}

/** Where the environment may lie, the likeliest first. */
function condaCandidates(name: string, env: InterpreterSearch['env']): readonly string[] {
  const home = env['HOME'];
  const active = env['CONDA_PREFIX'];
  const homes = home === undefined ? [] : condaHomes.map((folder) => join(home, folder));
  const environments = [...homes, condaImage].map((folder) => join(folder, 'envs', name));
  // CONDA_PREFIX is the active environment: this one, the base that holds it, or one beside it.
  const fromActive =
    active === undefined
      ? []
      : [
          ...(basename(active) === name ? [active] : []),
          join(active, 'envs', name),
          ...(basename(dirname(active)) === 'envs' ? [join(dirname(active), name)] : []),
        ];
  return [...new Set([...fromActive, ...environments])].map((folder) => join(folder, 'bin', 'python'));
}

/** The first program of this name in the folders of the PATH. */
export async function onPath(name: string, env: InterpreterSearch['env']): Promise<string | undefined> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return await firstProgram(folders.map((folder) => join(folder, name)));
}

/** The first of the paths that is a file which this user may run. */
export async function firstProgram(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (await isProgram(path)) return path;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
