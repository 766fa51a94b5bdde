import type { TrainPlan } from '../../src/domain/train-plan.js';

/** A plan of a kto training for tests of what surrounds the training; `launch` is what really runs. */
export function makeTrainPlan(over: Partial<TrainPlan> = {}): TrainPlan {
  return {
    kind: 'train',
    platform: 'rtx',
    method: 'kto',
    methodLabel: 'KTO',
    settings: [{ key: 'learning_rate', label: 'Learning rate', value: 1e-6 }],
    columns: [{ key: 'loss', label: 'Loss', better: 'lower', main: true }],
    configFile: { path: '/nowhere/config.yaml', sizeBytes: 1, modifiedMs: 1, sha256: '00' },
    launch: { argv: ['/bin/true'], cwd: '/', env: {} },
    layout: {
      kind: 'folders',
      runsDir: '/nowhere/out',
      logs: 'logs/training_*.jsonl',
      logFormat: 'flat',
      checkpoints: 'checkpoints/checkpoint-*',
      finalModel: 'final_model',
    },
    dryRun: false,
    overrides: {},
    findings: [],
    ...over,
  };
}
