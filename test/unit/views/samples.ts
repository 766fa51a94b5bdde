import type { Curve } from '../../../src/domain/chart.js';
import type { GpuCard } from '../../../src/domain/gpu.js';
import type { Job, JobState } from '../../../src/domain/job.js';
import type { Notice } from '../../../src/domain/notice.js';
import type { Finding, StoredPlan } from '../../../src/domain/plan.js';
import type { JobProgress } from '../../../src/domain/progress.js';
import { noProgress } from '../../../src/domain/progress.js';
import type { JobSnapshot } from '../../../src/domain/snapshot.js';
import type { TrainPlan } from '../../../src/domain/train-plan.js';

/** 2025-11-22 14:30:00 UTC, to the second. */
export const noon = Date.UTC(2025, 10, 22, 14, 30);
export const anna = '100000000000000001';
export const bert = '100000000000000002';
export const guild = '200000000000000001';
export const channel = '300000000000000001';

const pinned = { sizeBytes: 1200, modifiedMs: noon, sha256: 'a'.repeat(64) };

/** A kto plan of usual size: learning rate and epochs are overridden. */
export function samplePlan(change: Partial<TrainPlan> = {}): TrainPlan {
  return {
    kind: 'train',
    platform: 'rtx',
    method: 'kto',
    methodLabel: 'Preference learning (KTO)',
    settings: [
      { key: 'model', label: 'Model', value: 'unsloth/mistral-7b-v0.3-bnb-4bit' },
      { key: 'max_seq_length', label: 'Sequence length', value: 2048 },
      { key: 'load_in_4bit', label: '4-bit', value: true },
      { key: 'epochs', label: 'Epochs', value: 3, fileValue: 1 },
      { key: 'batch_size', label: 'Batch size', value: 4 },
      { key: 'gradient_accumulation', label: 'Gradient accumulation', value: 8 },
      { key: 'learning_rate', label: 'Learning rate', value: 2e-6, fileValue: 1e-6 },
      { key: 'warmup_ratio', label: 'Warm-up ratio', value: 0.1 },
      { key: 'lr_scheduler_type', label: 'Schedule', value: 'cosine' },
      { key: 'lora_r', label: 'LoRA rank', value: 16 },
      { key: 'lora_alpha', label: 'LoRA alpha', value: 32 },
      { key: 'lora_dropout', label: 'LoRA dropout', value: 0.05 },
      { key: 'beta', label: 'Beta', value: 0.1 },
    ],
    columns: [
      { key: 'loss', label: 'Loss', better: 'lower' },
      { key: 'kl', label: 'KL', better: 'lower' },
      { key: 'rewards/margins', label: 'Margin', better: 'higher', main: true },
      { key: 'learning_rate', label: 'LR', better: 'none' },
    ],
    dataset: {
      ...pinned,
      path: '/srv/toolset/Datasets/behaviour_kto_v2.jsonl',
      name: 'Datasets/behaviour_kto_v2.jsonl',
      sizeBytes: 3_214_000,
      examples: 1543,
      labels: { desirable: 802, undesirable: 741 },
    },
    configFile: { ...pinned, path: '/srv/toolset/Trainers/rtx3090_kto/configs/config.yaml' },
    effectiveBatch: 32,
    // 3 epochs of ceil(1543 / 32) = 49 steps.
    totalSteps: 147,
    epochs: 3,
    launch: {
      argv: [
        '/opt/conda/envs/unsloth_latest/bin/python',
        'train_kto.py',
        '--num-epochs',
        '3',
        '--learning-rate',
        '2e-06',
      ],
      cwd: '/srv/toolset/Trainers/rtx3090_kto',
      env: {},
    },
    layout: {
      kind: 'folders',
      runsDir: '/srv/toolset/Trainers/rtx3090_kto/kto_output_rtx3090',
      logs: 'logs/training_*.jsonl',
      logFormat: 'flat',
      checkpoints: 'checkpoints/checkpoint-*',
      finalModel: 'final_model',
    },
    dryRun: false,
    overrides: { epochs: 3, learning_rate: 2e-6 },
    findings: [],
    ...change,
  };
}

export const blocker: Finding = {
  level: 'blocker',
  code: 'dataset-one-label',
  message: 'All 1,543 examples of Datasets/behaviour_kto_v2.jsonl carry the label true.',
  remedy: 'KTO needs both labels: add undesirable examples or choose another dataset.',
};

export const warning: Finding = {
  level: 'warning',
  code: 'gpu-memory-in-use',
  message: 'GPU 0 has 9.4 GB of 24 GB in use by python (pid 4711).',
  remedy: 'Wait for it or end it, or the training may run out of memory.',
};

export function samplePlanRecord(change: Partial<StoredPlan> = {}): StoredPlan {
  return {
    id: 'p7f3k2',
    state: { name: 'open' },
    plan: samplePlan(),
    requestedBy: anna,
    guildId: guild,
    channelId: channel,
    createdAt: noon,
    expiresAt: noon + 15 * 60_000,
    ...change,
  };
}

export function sampleJob(state: JobState, change: Partial<Job> = {}): Job {
  return {
    id: 12,
    kind: 'train',
    state,
    plan: samplePlan(),
    planId: 'p7f3k2',
    attempts: 1,
    requestedBy: anna,
    guildId: guild,
    channelId: channel,
    createdAt: noon,
    position: 1,
    held: false,
    warnings: [],
    ...change,
  };
}

export const runPath = '/srv/toolset/Trainers/rtx3090_kto/kto_output_rtx3090/20251122_143000';

/** Step 65 of 147; margin and KL rise, loss falls. */
export const midway: JobProgress = {
  ...noProgress,
  phase: 'training',
  step: 65,
  totalSteps: 147,
  epoch: 1.33,
  etaMs: 1_020_000,
  figures: { loss: 0.512345, kl: 0.031, 'rewards/margins': 0.412, learning_rate: 1.86e-6, grad_norm: 3.1 },
  earlier: { loss: 0.55, kl: 0.03, 'rewards/margins': 0.39, learning_rate: 1.86e-6, grad_norm: 3.4 },
};

export const running = {
  name: 'running',
  at: noon + 4000,
  attempt: 1,
  process: { pid: 4242, startedAt: '99', bootId: 'b' },
} as const satisfies JobState;

export function sampleSnapshot(state: JobState, change: Partial<JobSnapshot> & { of?: Partial<Job> } = {}) {
  const { of, ...rest } = change;
  const never =
    state.name === 'queued' ||
    state.name === 'starting' ||
    (state.name === 'cancelled' && state.how === 'before-start') ||
    (state.name === 'failed' && state.failure.code === 'could-not-start');
  const started = never ? {} : { startedAt: noon + 4000 };
  const snapshot: JobSnapshot = {
    job: sampleJob(state, { ...started, ...of }),
    progress: noProgress,
    curves: rest.progress?.figures === midway.figures ? curves : [],
    tail: [],
    at: noon + 605_000,
    ...rest,
  };
  return snapshot;
}

export const traceback: readonly string[] = [
  ' 64/147 |   0.5131 |  1.87e-06 |   0.0310 |   0.4100',
  ' 65/147 |   0.5123 |  1.86e-06 |   0.0310 |   0.4120',
  'Traceback (most recent call last):',
  '  File "/srv/toolset/Trainers/rtx3090_kto/train_kto.py", line 412, in <module>',
  '    main()',
  '  File "/srv/toolset/Trainers/rtx3090_kto/train_kto.py", line 377, in main',
  '    trainer.train(resume_from_checkpoint=args.resume_from_checkpoint)',
  '  File "/opt/conda/envs/unsloth_latest/lib/python3.11/site-packages/transformers/trainer.py", line 2240, in train',
  '    return inner_training_loop(',
  '           ^^^^^^^^^^^^^^^^^^^^',
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 512.00 MiB. GPU 0 has 23.69 GiB total',
];

/** What `midway` came from. */
export const curves: readonly Curve[] = [
  {
    key: 'loss',
    label: 'Loss',
    points: [
      [5, 0.693],
      [65, 0.512345],
    ],
  },
  {
    key: 'rewards/margins',
    label: 'Margin',
    points: [
      [5, 0.021],
      [65, 0.412],
    ],
  },
  {
    key: 'kl',
    label: 'KL',
    points: [
      [5, 0.001],
      [65, 0.031],
    ],
  },
];

export function sampleNotice(change: Partial<Notice> = {}): Notice {
  return {
    id: 5,
    kind: 'finished',
    jobId: 12,
    channelId: channel,
    userId: anna,
    detail: {},
    nonce: 'n5',
    createdAt: noon,
    ...change,
  };
}

export const busyCard: GpuCard = {
  index: 0,
  uuid: 'GPU-5d2a9f10-1111-2222-3333-444455556666',
  name: 'NVIDIA GeForce RTX 3090',
  usePercent: 97,
  usedMiB: 20_600,
  totalMiB: 24_576,
  temperatureCelsius: 71,
  powerWatts: 320.15,
  powerLimitWatts: 350,
};
