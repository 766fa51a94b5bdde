import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Finding } from '../../domain/plan.js';
import type { PlannedDataset, PlannedSetting, RunLayout, TrainPlan } from '../../domain/train-plan.js';
import { UserError } from '../../domain/user-error.js';
import { readTrainerConfig, valueAt } from '../toolset/config-file.js';
import type { Backend } from '../toolset/create-toolset.js';
import { readProblem } from '../toolset/read-problem.js';
import { buildLaunch } from './build-launch.js';
import { checkOverrides } from './check-overrides.js';
import { numberOf, resolveSettings, type EffectiveSettings } from './effective-settings.js';
import { findDataset, type ChosenDataset } from './find-dataset.js';
import { findResume } from './find-resume.js';
import type { TrainingParts } from './parts.js';
import { checkConfig } from './preflight/config.js';
import { checkDataset, type DatasetReading } from './preflight/dataset.js';
import { checkDisk } from './preflight/disk.js';
import { checkEnvironment } from './preflight/environment.js';
import { checkGpuMemory } from './preflight/gpu-memory.js';
import { checkOverwrite } from './preflight/overwrite.js';
import { checkResume } from './preflight/resume.js';
import { checkSteps } from './preflight/steps.js';
import { computeTotalSteps } from './total-steps.js';
import type { TrainRequest } from './training-desk.js';

/** Makes the plan of a training. Throws UserError for what is wrong with the request; the rest becomes findings. */
export async function makePlan(parts: TrainingParts, request: TrainRequest): Promise<TrainPlan> {
  const backend = requireBackend(parts, request);
  const overrides = checkOverrides(backend, request);
  const config = await readTrainerConfig(backend.configFile);
  const configValue = config.ok ? config.value : undefined;
  const layout = layoutFor(backend, configValue);
  const typedDataset = overrides.get('dataset')?.toString();
  const [chosen, resume] = await Promise.all([
    findDataset(parts.toolset, backend, configValue, typedDataset),
    request.resumeFrom === undefined ? undefined : findResume(parts.toolset.root, layout, request.resumeFrom),
  ]);
  const [reading, environment, gpuFindings] = await Promise.all([
    readChosen(parts, backend, chosen),
    parts.environments.check(backend.environment),
    backend.environment === 'cuda' ? checkGpuMemory(parts.env, parts.ownProcessGroups()) : [],
  ]);
  const settings = resolveSettings(backend, configValue, overrides);
  const steps = stepsOf(settings, reading);
  const { interpreter } = environment;
  const findings: readonly Finding[] = [
    ...checkConfig(config),
    ...settings.findings,
    // A config that cannot be read says nothing of a dataset: one finding is enough.
    ...(backend.manifest.dataset.shape === 'none' || (!config.ok && chosen.kind === 'none')
      ? []
      : checkDataset(chosen, reading)),
    ...checkEnvironment(backend.environment, environment),
    ...checkResume(resume, steps.totalSteps),
    ...checkSteps(overrides, settings),
    ...(await checkDisk(layout.runsDir, diskFactors(settings, steps.totalSteps))),
    ...gpuFindings,
    ...(await checkOverwrite(layout, request.dryRun)),
  ];
  return {
    kind: 'train',
    platform: backend.platform,
    method: backend.method,
    methodLabel: backend.manifest.label,
    settings: [...settings.shown, ...datasetSetting(chosen)],
    columns: backend.manifest.columns.map(({ main, ...column }) => ({
      ...column,
      ...(main === true && { main }),
    })),
    ...plannedDataset(chosen, reading),
    configFile: config.pinned,
    ...steps,
    launch: buildLaunch(backend, {
      python: interpreter.found ? interpreter.path : 'python3',
      overrides,
      datasetPath: typedDataset !== undefined && chosen.kind === 'file' ? chosen.path : undefined,
      resumePath: resume?.path,
      dryRun: request.dryRun,
    }),
    layout,
    ...(resume && { resumeFrom: { path: resume.path, label: resume.label, step: resume.step } }),
    dryRun: request.dryRun,
    ...(request.note !== undefined && { note: request.note }),
    overrides: request.overrides,
    findings,
  };
}

function requireBackend({ toolset }: TrainingParts, { platform, method }: TrainRequest): Backend {
  const backend = toolset.findBackend(platform, method);
  if (backend) return backend;
  const there = toolset.listBackends().map((each) => `${each.platform} ${each.method}`);
  throw new UserError(
    `The toolset has no method ${method.slice(0, 40)} on the platform ${platform.slice(0, 40)}.`,
    there.length > 0 ? `Choose one of: ${there.join(', ')}.` : 'Check toolset.root and toolset.manifest.',
  );
}

/** Where the config names another folder for the runs, that is where they go; the usual one is looked through as well. */
export function layoutFor(backend: Backend, config: unknown): RunLayout {
  const { at } = backend.manifest.runs;
  const named = at === undefined ? undefined : valueAt(config, at);
  if (typeof named !== 'string' || named.trim() === '') return backend.layout;
  const runsDir = resolve(backend.folder, named);
  if (runsDir === backend.layout.runsDir) return backend.layout;
  const { layout } = backend;
  return { ...layout, runsDir, oldRunsDirs: [layout.runsDir, ...(layout.oldRunsDirs ?? [])] };
}

async function readChosen(
  parts: TrainingParts,
  backend: Backend,
  chosen: ChosenDataset,
): Promise<DatasetReading | undefined> {
  const { shape } = backend.manifest.dataset;
  if (chosen.kind !== 'file' || shape === 'none') return undefined;
  try {
    // Opening a named pipe would wait for its writer.
    if ((await stat(chosen.path)).isFIFO()) return { read: false, missing: false, why: 'it is a named pipe' };
    return { read: true, report: await parts.readDataset(chosen.path, shape) };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { read: false, missing, why: readProblem(error, 'it') };
  }
}

function stepsOf(
  settings: EffectiveSettings,
  reading: DatasetReading | undefined,
): Pick<TrainPlan, 'effectiveBatch' | 'totalSteps' | 'epochs'> {
  const batchSize = numberOf(settings, 'batch_size');
  const accumulation = numberOf(settings, 'gradient_accumulation');
  const epochs = numberOf(settings, 'epochs');
  const maxSteps = numberOf(settings, 'max_steps');
  const examples = reading?.read === true ? reading.report.examples : undefined;
  const totalSteps = computeTotalSteps({ examples, batchSize, accumulation, epochs, maxSteps });
  return {
    ...(batchSize !== undefined && { effectiveBatch: batchSize * (accumulation ?? 1) }),
    ...(totalSteps !== undefined && { totalSteps }),
    ...(epochs !== undefined && { epochs }),
  };
}

function diskFactors(
  settings: EffectiveSettings,
  totalSteps: number | undefined,
): Parameters<typeof checkDisk>[1] {
  const model = settings.values.get('model');
  return {
    loraRank: numberOf(settings, 'lora_r'),
    model: typeof model === 'string' ? model : undefined,
    saveTotalLimit: numberOf(settings, 'save_total_limit'),
    saveSteps: numberOf(settings, 'save_steps'),
    totalSteps,
  };
}

function datasetSetting(chosen: ChosenDataset): readonly PlannedSetting[] {
  if (chosen.kind === 'none') return [];
  const fileName = chosen.kind === 'file' ? chosen.fileName : undefined;
  return [
    {
      key: 'dataset',
      label: 'Dataset',
      value: chosen.name,
      ...(fileName !== undefined && { fileValue: fileName }),
    },
  ];
}

function plannedDataset(
  chosen: ChosenDataset,
  reading: DatasetReading | undefined,
): { readonly dataset?: PlannedDataset } {
  if (chosen.kind !== 'file' || reading?.read !== true) return {};
  const { path, sizeBytes, modifiedMs, sha256, examples, labels } = reading.report;
  return {
    dataset: { path, sizeBytes, modifiedMs, sha256, name: chosen.name, examples, ...(labels && { labels }) },
  };
}
