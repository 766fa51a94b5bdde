import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Fault } from '../domain/fault.js';
import type { LevelChoices } from '../domain/sentinel/rule-names.js';
import { schemaFaults } from '../services/toolset/manifest/schema-faults.js';
import { isMapping, parseYaml } from '../services/toolset/yaml.js';
import { readDiscord } from './discord-settings.js';
import { findManifest, type FoundManifest } from './find-manifest.js';
import { findPackageRoot } from './package-root.js';
import { logLevels, settingsSchema, type SettingsFile } from './settings-schema.js';
import type { SettingsResult } from './settings.js';
import { publicEnvironment, readDotenv, readSecrets, withoutEmpty, type Variables } from './variables.js';

/**
 * Reads environment, `.env` files, settings file and manifest. Reports every fault at once, so that they can be mended in
 * one go. Relative paths in the settings file are relative to its folder, those in the environment to `cwd`.
 */
export function loadSettings(from: {
  readonly env: Variables;
  readonly cwd: string;
  readonly packageRoot?: string;
}): SettingsResult {
  const faults: Fault[] = [];
  const packageRoot = from.packageRoot ?? findPackageRoot();
  const processVariables = withoutEmpty(from.env);
  const dotenv = readDotenv(join(from.cwd, '.env'), faults);
  const variables = { ...dotenv, ...processVariables };
  const path = settingsPath(variables, from.cwd, packageRoot);
  const { file, written } = readSettingsFile(path, faults);
  const discord = readDiscord(variables, file?.discord, faults);
  const root = toolsetRoot(variables, written.root, from.cwd, dirname(path), faults);
  const folders = [join(dirname(path), 'toolsets'), join(packageRoot, 'configs', 'toolsets')];
  const found = root && findManifest(written.manifest ?? 'auto', root, [...new Set(folders)], faults);
  const toolsetDotenv = root === undefined ? {} : readDotenv(join(root, '.env'), faults);
  const secrets = readSecrets([processVariables, dotenv, toolsetDotenv], faults);
  const dataDir = readDataDir(variables, from.cwd, faults);
  const logLevel = readLogLevel(variables, file, faults);
  if (faults.length > 0 || !file || !root || !found) return { faults };
  return {
    settings: {
      file: path,
      discord,
      toolset: toolsetSettings(file, path, root, found, variables),
      access: file.access,
      jobs: {
        cancelGraceSeconds: file.jobs.cancelGraceSeconds,
        ...(file.jobs.slots !== undefined && { slots: file.jobs.slots }),
      },
      limits: file.limits,
      sentinel: sentinelSettings(file.sentinel),
      dataDir,
      secrets,
      publicEnv: publicEnvironment(from.env),
      logLevel,
    },
  };
}

function toolsetSettings(
  file: SettingsFile,
  path: string,
  root: string,
  found: FoundManifest,
  variables: Variables,
): NonNullable<SettingsResult['settings']>['toolset'] {
  const { python, environment } = file.toolset;
  return {
    root,
    manifest: found.manifest,
    manifestFile: found.file,
    python: python.includes('/') ? resolve(dirname(path), withHome(python, variables)) : python,
    ...(environment !== 'auto' && { environment }),
  };
}

function sentinelSettings({ rules, ...thresholds }: SettingsFile['sentinel']) {
  const levels: LevelChoices = rules;
  return { thresholds, levels };
}

function settingsPath(variables: Variables, cwd: string, packageRoot: string): string {
  const named = variables['TUNER_BOT_CONFIG'];
  if (named !== undefined) return resolve(cwd, named);
  const inCwd = join(cwd, 'configs', 'bot.yaml');
  return existsSync(inCwd) ? inCwd : join(packageRoot, 'configs', 'bot.yaml');
}

interface ReadFile {
  readonly file?: SettingsFile;
  /** Known even when the file has faults, so that those of the toolset are told in the same go. */
  readonly written: { readonly root?: string; readonly manifest?: string };
}

function readSettingsFile(path: string, faults: Fault[]): ReadFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    const remedy = 'Set it to your settings file, or leave it out for configs/bot.yaml';
    faults.push({ key: 'TUNER_BOT_CONFIG', message: `${path} cannot be read (${String(code)})`, remedy });
    return { written: {} };
  }
  const yaml = parseYaml(text);
  if (!yaml.ok) {
    const where = yaml.line === undefined ? '' : ` (line ${yaml.line})`;
    faults.push({ key: path, message: `is not YAML: ${yaml.why}${where}`, remedy: 'Mend that line' });
    return { written: {} };
  }
  const raw = yaml.value ?? {};
  const written = writtenToolset(raw);
  const parsed = settingsSchema.safeParse(raw);
  if (parsed.success) return { file: parsed.data, written };
  const nameKey = (keys: readonly PropertyKey[]): string => (keys.length === 0 ? path : keys.join('.'));
  const remedy = (key: string): string => `Compare ${key} with the settings table of the README`;
  faults.push(...schemaFaults(settingsSchema, parsed.error.issues, nameKey, remedy));
  return { written };
}

function writtenToolset(raw: unknown): ReadFile['written'] {
  const { root, manifest } = isMapping(raw) && isMapping(raw.toolset) ? raw.toolset : {};
  return {
    ...(typeof root === 'string' && { root }),
    ...(typeof manifest === 'string' && { manifest }),
  };
}

function toolsetRoot(
  variables: Variables,
  rawRoot: string | undefined,
  cwd: string,
  settingsFolder: string,
  faults: Fault[],
): string | undefined {
  const fromEnv = variables['TOOLSET_ROOT'];
  const key = fromEnv === undefined ? 'toolset.root' : 'TOOLSET_ROOT';
  const written = fromEnv ?? rawRoot;
  const remedy = "Give the path of the fine-tuning toolset's checkout, as TOOLSET_ROOT or toolset.root";
  if (written === undefined || written === '') {
    faults.push({ key, message: 'is missing', remedy });
    return undefined;
  }
  const root = resolve(fromEnv === undefined ? settingsFolder : cwd, withHome(written, variables));
  const entry = statSync(root, { throwIfNoEntry: false });
  if (entry?.isDirectory() === true) return root;
  faults.push({ key, message: `${root} ${entry ? 'is not a folder' : 'does not exist'}`, remedy });
  return undefined;
}

function withHome(path: string, variables: Variables): string {
  const home = variables['HOME'];
  return home !== undefined && /^~(\/|$)/.test(path) ? home + path.slice(1) : path;
}

/** The folder need not exist yet, but must be possible to make. */
function readDataDir(variables: Variables, cwd: string, faults: Fault[]): string {
  const dataDir = resolve(cwd, withHome(variables['TUNER_BOT_DATA_DIR'] ?? './data', variables));
  let existing = dataDir;
  while (!existsSync(existing) && existing !== dirname(existing)) existing = dirname(existing);
  const remedy = 'Name a folder that the user who runs the bot may write to';
  if (!statSync(existing).isDirectory()) {
    faults.push({ key: 'TUNER_BOT_DATA_DIR', message: `${existing} is not a folder`, remedy });
    return dataDir;
  }
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch {
    faults.push({ key: 'TUNER_BOT_DATA_DIR', message: `${existing} may not be written`, remedy });
  }
  return dataDir;
}

function readLogLevel(variables: Variables, file: SettingsFile | undefined, faults: Fault[]): string {
  const level = variables['LOG_LEVEL'];
  const known: readonly string[] = logLevels;
  if (level !== undefined && !known.includes(level)) {
    faults.push({
      key: 'LOG_LEVEL',
      message: `\`${level}\` is not known`,
      remedy: `One of ${known.join(', ')}`,
    });
  }
  return level ?? file?.log.level ?? 'info';
}
