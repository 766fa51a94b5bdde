import { createAuditStore } from '../../../src/db/audit-store.js';
import { createEpisodeStore } from '../../../src/db/episode-store.js';
import { createDraftStore } from '../../../src/db/draft-store.js';
import { createLiveMessageStore } from '../../../src/db/live-message-store.js';
import { createStatusMessageStore } from '../../../src/db/status-message-store.js';
import { createStatusDesk } from '../../../src/services/status/create-status-desk.js';
import { createRuleLevelStore } from '../../../src/db/rule-level-store.js';
import { createCommands } from '../../../src/commands/index.js';
import type { Action, OptionValues } from '../../../src/commands/command.js';
import { createMetricsStore } from '../../../src/db/metrics-store.js';
import { createMetricsIndex } from '../../../src/services/metrics/metrics-index.js';
import { createHubClient } from '../../../src/services/hub/create-hub-client.js';
import type { RunDesk } from '../../../src/services/run-history/run-desk.js';
import { createEnvironmentChecks } from '../../../src/services/toolset/environment-checks.js';
import { createToolset } from '../../../src/services/toolset/create-toolset.js';
import { createUploadDesk } from '../../../src/services/uploads/create-upload-desk.js';
import type { UploadDesk } from '../../../src/services/uploads/upload-desk.js';
import { readManifest } from '../../helpers/toolset-tree.js';
import { createRunDesk } from '../../../src/services/run-history/create-run-desk.js';
import { createGpuDesk } from '../../../src/services/gpu/create-gpu-desk.js';
import { createGpuReader } from '../../../src/services/gpu/create-gpu-reader.js';
import { createAuditDesk } from '../../../src/services/audit/create-audit-desk.js';
import { createSentinelDesk } from '../../../src/services/sentinel/create-sentinel-desk.js';
import { defaultThresholds } from '../../../src/domain/sentinel/thresholds.js';
import type { Actor } from '../../../src/domain/access.js';
import type { TrainPlan } from '../../../src/domain/train-plan.js';
import { UserError } from '../../../src/domain/user-error.js';
import type {
  TrainingChoice,
  TrainingDesk,
  TrainRequest,
} from '../../../src/services/training/training-desk.js';
import type { MessageBody } from '../../../src/views/message.js';
import { nobody, type openJobs } from '../../helpers/jobs.js';
import { makeTrainPlan } from '../../helpers/train-plan.js';

export const kto: TrainingChoice = {
  platform: 'rtx',
  platformLabel: 'NVIDIA GPU',
  method: 'kto',
  methodLabel: 'Preference learning (KTO)',
};
export const sft: TrainingChoice = { ...kto, method: 'sft', methodLabel: 'Supervised fine-tuning (SFT)' };
export const mlx: TrainingChoice = {
  platform: 'mac',
  platformLabel: 'Apple Silicon',
  method: 'mlx',
  methodLabel: 'LoRA with MLX',
};

const fileValues = { epochs: 1, batch_size: 4, learning_rate: 1e-6 } as const;
const labels = { epochs: 'Epochs', batch_size: 'Batch size', learning_rate: 'Learning rate' } as const;

/** A toolset with these trainings and one config file, without any files behind it. Records what was asked of it. */
export function makeTrainingDesk(choices: readonly TrainingChoice[]) {
  const requests: TrainRequest[] = [];
  const plan = (request: TrainRequest): Promise<TrainPlan> => {
    requests.push(request);
    if (Number(request.overrides.batch_size ?? 1) < 1) {
      return Promise.reject(new UserError('Batch size must be at least 1.', 'Choose a larger one.'));
    }
    const keys = ['epochs', 'batch_size', 'learning_rate'] as const;
    return Promise.resolve(
      makeTrainPlan({
        platform: request.platform,
        method: request.method,
        overrides: request.overrides,
        dryRun: request.dryRun,
        settings: keys.map((key) => {
          const given = request.overrides[key];
          const file = fileValues[key];
          return {
            key,
            label: labels[key],
            value: given ?? file,
            ...(given === undefined ? {} : { fileValue: file }),
          };
        }),
        ...(request.note === undefined ? {} : { note: request.note }),
      }),
    );
  };
  const desk: TrainingDesk = {
    listChoices: () => choices,
    completeDatasets: (typed, choice) =>
      Promise.resolve([{ name: `dataset ${typed}`, value: JSON.stringify(choice ?? {}) }]),
    completeCheckpoints: (typed) => Promise.resolve([{ name: `checkpoint ${typed}`, value: typed }]),
    plan,
    compare: () => Promise.resolve([]),
    replan: (old) => Promise.resolve(old),
  };
  return { desk, requests };
}

/** No runs, a toolset that is not there, and no token for the Hub. */
function nothingFound({ db, jobs }: Awaited<ReturnType<typeof openJobs>>) {
  const clock = Date.now;
  const runs = createRunDesk({
    finder: { root: '/nowhere', find: () => Promise.resolve({ runs: [], problems: [] }) },
    jobs,
    metrics: createMetricsIndex({ store: createMetricsStore(db, clock) }),
    clock,
  });
  const desk = createUploadDesk({
    toolset: createToolset('/nowhere', readManifest('2026')),
    runs,
    jobs,
    environments: createEnvironmentChecks({ search: { python: 'python3', env: {} }, env: {} }),
    hub: createHubClient({}),
    token: undefined,
    username: undefined,
    env: {},
    clock,
  });
  return { runs, desk };
}

/** Commands over real stores, and what an interaction brings back. */
export function openCommands(
  setup: Awaited<ReturnType<typeof openJobs>>,
  choices: readonly TrainingChoice[] = [kto],
  training?: TrainingDesk,
  found: { readonly runs: RunDesk; readonly desk: UploadDesk } = nothingFound(setup),
) {
  const { desk, requests } = makeTrainingDesk(choices);
  const drafts = createDraftStore(setup.db, Date.now);
  const sentinel = createSentinelDesk({
    jobs: setup.jobs,
    episodes: createEpisodeStore(setup.db, setup.jobs),
    ruleLevels: createRuleLevelStore(setup.db),
    training: training ?? desk,
    thresholds: defaultThresholds,
    levels: {},
    access: nobody,
    clock: Date.now,
  });
  // Not started: nothing is read.
  const reader = createGpuReader({ env: {}, clock: Date.now });
  const gpu = createGpuDesk({ reader, jobs: setup.jobs, gpus: [], clock: Date.now });
  const status = createStatusDesk({
    messages: createStatusMessageStore(setup.db),
    jobStore: setup.jobs,
    jobs: setup.jobDesk,
    live: createLiveMessageStore(setup.db),
    gpu,
    clock: Date.now,
  });
  const { commands, actions } = createCommands({
    sentinel,
    gpu,
    status,
    training: training ?? desk,
    plans: setup.planDesk,
    jobs: setup.jobDesk,
    drafts,
    audit: createAuditDesk({ audit: createAuditStore(setup.db), clock: Date.now }),
    drawChart: () => Promise.resolve(undefined),
    runs: found.runs,
    uploads: found.desk,
  });
  const find = (customId: string): { action: Action; args: string[] } => {
    const [namespace, name = '', ...args] = customId.split(':');
    const action = actions.find((group) => group.namespace === namespace)?.actions[name];
    if (action === undefined) throw new Error(`No action for ${customId}`);
    return { action, args };
  };
  return {
    commands,
    requests,
    find,
    async type(options: OptionValues, actor: Actor) {
      const answer = makeAnswer(actor);
      await commands[0]?.run({ ...answer.invocation, options });
      return answer;
    },
    /** As `type`, of any command: `watch set`. */
    async give(words: string, options: OptionValues, actor: Actor) {
      const [name, subcommand] = words.split(' ');
      const command = commands.find(({ definition }) => definition.name === name);
      if (!command) throw new Error(`No command ${words}`);
      const answer = makeAnswer(actor);
      await command.run({ ...answer.invocation, options, ...(subcommand !== undefined && { subcommand }) });
      return answer;
    },
    async press(customId: string, actor: Actor, values: readonly string[] = []) {
      const { action, args } = find(customId);
      if (action.kind !== 'press') throw new Error(`${customId} is not pressed`);
      const answer = makeAnswer(actor);
      await action.run({ ...answer.invocation, args, values, messageId });
      return answer;
    },
    openModal(customId: string, actor: Actor) {
      const { action, args } = find(customId);
      if (action.kind !== 'open-modal') throw new Error(`${customId} opens no modal`);
      return action.open({ id: 'i1', actor, args, values: [], messageId });
    },
    async submit(customId: string, actor: Actor, fields: Readonly<Record<string, string>>) {
      const { action, args } = find(customId);
      if (action.kind !== 'modal') throw new Error(`${customId} is no modal`);
      const answer = makeAnswer(actor);
      await action.run({ ...answer.invocation, args, fields });
      return answer;
    },
  };
}

/** The message that carries all buttons of these tests. */
export const messageId = '900000000000000001';

function makeAnswer(actor: Actor) {
  const replies: MessageBody[] = [];
  const whispers: MessageBody[] = [];
  const announced: MessageBody[] = [];
  return {
    replies,
    whispers,
    announced,
    invocation: {
      id: 'i1',
      actor,
      reply(message: MessageBody) {
        replies.push(message);
        return Promise.resolve(messageId);
      },
      whisper(message: MessageBody) {
        whispers.push(message);
        return Promise.resolve();
      },
      announce(message: MessageBody) {
        announced.push(message);
        return Promise.resolve(`${messageId}${announced.length}`);
      },
    },
  };
}

/** All custom_ids of a message, as a person sees the buttons: from left to right. */
export function customIds(message: MessageBody | undefined): string[] {
  const text = JSON.stringify(message?.components ?? []);
  return [...text.matchAll(/"custom_id":"([^"]+)"/g)].flatMap(([, id]) => (id === undefined ? [] : [id]));
}

export function titleOf(message: MessageBody | undefined): string {
  return message?.embeds?.[0]?.title ?? '';
}
