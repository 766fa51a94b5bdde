import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import { lockDataDir } from '../db/lock.js';
import { openDatabase } from '../db/open.js';
import { createToolset, type Backend } from '../services/toolset/create-toolset.js';
import { createEnvironmentChecks, type EnvironmentReport } from '../services/toolset/environment-checks.js';
import { fault, ok, warning, type CheckResult } from './check.js';

/** Below this a training of a 7B model may not be able to save its checkpoints (bytes). */
const littleDiskBytes = 20e9;

/** What can be said of this machine alone: toolset, interpreter, GPU, disk, database. */
export async function checkMachine(settings: Settings): Promise<readonly CheckResult[]> {
  const { toolset: given } = settings;
  const { environment } = given;
  const toolset = createToolset(given.root, given.manifest, environment === undefined ? {} : { environment });
  const backends = toolset.listBackends();
  return [
    ok('settings', settings.file),
    ...checkToolset(settings, backends),
    ...(await checkEnvironments(settings, backends)),
    await checkDisk('disk of the toolset', given.root),
    checkDatabase(settings.dataDir),
  ];
}

function checkToolset({ toolset }: Settings, backends: readonly Backend[]): readonly CheckResult[] {
  const manifest = ok('manifest', `${toolset.manifest.title} (${toolset.manifestFile})`);
  if (backends.length === 0) {
    const remedy =
      'Set TOOLSET_ROOT to the toolset’s checkout, or toolset.manifest to the file that describes it.';
    return [manifest, fault('toolset', `No trainer of the manifest lies in ${toolset.root}.`, remedy)];
  }
  const names = backends.map(({ platform, method }) => `${platform}/${method}`);
  return [manifest, ok('toolset', `${toolset.root}: ${names.join(', ')}`)];
}

async function checkEnvironments(
  settings: Settings,
  backends: readonly Backend[],
): Promise<readonly CheckResult[]> {
  const condaName = settings.toolset.manifest.python?.conda;
  const env = settings.publicEnv;
  const search = { python: settings.toolset.python, ...(condaName !== undefined && { condaName }), env };
  const checks = createEnvironmentChecks({ search, env });
  const kinds = [...new Set(backends.map((backend) => backend.environment))];
  const results = await Promise.all(
    kinds.map(async (kind) => describeEnvironment(kind, await checks.check(kind))),
  );
  return results.flat();
}

function describeEnvironment(kind: string, report: EnvironmentReport): readonly CheckResult[] {
  const { interpreter, environment } = report;
  if (!interpreter.found) {
    const remedy = 'Create the toolset’s conda environment, or name its interpreter in toolset.python.';
    return [fault('python', `No interpreter found; looked at ${interpreter.looked.join(', ')}.`, remedy)];
  }
  const python = interpreter.fallback
    ? warning(
        'python',
        `${interpreter.path}: the toolset’s own environment was not found.`,
        'Create it, or name its interpreter in toolset.python, unless this one is meant.',
      )
    : ok('python', interpreter.path);
  if (!environment) return [python];
  if (environment.state === 'ready') return [python, ok(kind, environment.detail)];
  const remedy =
    kind === 'cuda'
      ? 'Check `nvidia-smi`, and that torch in this interpreter was installed with CUDA.'
      : 'Check that mlx is installed in this interpreter, on a Mac with Apple Silicon.';
  return [python, fault(kind, environment.why, remedy)];
}

async function checkDisk(name: string, path: string): Promise<CheckResult> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  const text = `${(free / 1e9).toFixed(0)} GB free at ${path}`;
  return free < littleDiskBytes ? warning(name, text, 'Remove old runs or merged models.') : ok(name, text);
}

/** Opens the database as the bot does; when the bot is running, that it has the folder is all there is to say. */
function checkDatabase(dataDir: string): CheckResult {
  const name = 'database';
  try {
    const unlock = lockDataDir(dataDir);
    if (!unlock) return ok(name, `${dataDir} is in use by a running tuner-bot`);
    try {
      const db = openDatabase(join(dataDir, 'tuner-bot.db'));
      const integrity = String(db.pragma('integrity_check', { simple: true }));
      db.close();
      if (integrity === 'ok') return ok(name, join(dataDir, 'tuner-bot.db'));
      return fault(name, `It is damaged: ${integrity}`, 'Stop the bot and restore the file from a backup.');
    } finally {
      unlock();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return fault(name, message, `Make ${dataDir} writable, or set TUNER_BOT_DATA_DIR to a folder that is.`);
  }
}
