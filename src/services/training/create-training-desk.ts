import type { TrainPlan } from '../../domain/train-plan.js';
import { readTrainerConfig } from '../toolset/config-file.js';
import type { Backend } from '../toolset/create-toolset.js';
import { listDatasets } from '../toolset/datasets.js';
import { choiceName, choiceValue, matchesTyped } from './choice-value.js';
import { comparePlan } from './compare-plan.js';
import { completeResume } from './find-resume.js';
import { layoutFor, makePlan } from './make-plan.js';
import type { TrainingParts } from './parts.js';
import type { NamedValue, TrainingDesk } from './training-desk.js';

/** Discord shows at most 25 choices. */
const maxChoices = 25;

interface Choice {
  readonly platform?: string;
  readonly method?: string;
}

/** Plans of trainings, from the toolset's manifest, its files and this machine. */
export function createTrainingDesk(parts: TrainingParts): TrainingDesk {
  const { toolset } = parts;

  function backendsFor({ platform, method }: Choice): readonly Backend[] {
    return toolset
      .listBackends()
      .filter((backend) => platform === undefined || backend.platform === platform)
      .filter((backend) => method === undefined || backend.method === method);
  }

  async function completeCheckpoints(typed: string, choice: Choice = {}): Promise<readonly NamedValue[]> {
    const found: NamedValue[] = [];
    for (const backend of backendsFor(choice)) {
      if (found.length >= maxChoices) break;
      if (backend.manifest.flags.resume === undefined) continue;
      const config = await readTrainerConfig(backend.configFile);
      const layout = layoutFor(backend, config.ok ? config.value : undefined);
      found.push(
        ...(await completeResume(toolset.root, backend.method, layout, typed, maxChoices - found.length)),
      );
    }
    return found;
  }

  return {
    listChoices: () =>
      toolset.listBackends().map(({ platform, platformLabel, method, manifest }) => ({
        platform,
        platformLabel,
        method,
        methodLabel: manifest.label,
      })),
    async completeDatasets(typed) {
      const files = await listDatasets(toolset.root, toolset.manifest.datasets);
      return files
        .filter(({ name }) => matchesTyped(name, typed))
        .slice(0, maxChoices)
        .map(({ name }) => ({ name: choiceName(name), value: choiceValue(name) }));
    },
    completeCheckpoints,
    plan: (request) => makePlan(parts, request),
    compare: comparePlan,
    replan: (plan: TrainPlan) =>
      makePlan(parts, {
        platform: plan.platform,
        method: plan.method,
        overrides: plan.overrides,
        dryRun: plan.dryRun,
        ...(plan.resumeFrom && { resumeFrom: plan.resumeFrom.path }),
        ...(plan.note !== undefined && { note: plan.note }),
      }),
  };
}
