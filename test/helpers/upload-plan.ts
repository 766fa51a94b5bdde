import type { UploadedModel, UploadPlan } from '../../src/domain/upload-plan.js';

/** A plan of an upload for tests of what surrounds it; `launch` is what really runs. */
export function makeUploadPlan(over: Partial<UploadPlan> = {}): UploadPlan {
  return {
    kind: 'upload',
    source: makeUploadedModel(),
    repoId: 'alice/one',
    private: true,
    saveMethod: 'lora',
    quantizations: [],
    uploadBytes: 1000,
    diskBytes: 1000,
    launch: { argv: ['/bin/true'], cwd: '/', env: {} },
    findings: [],
    ...over,
  };
}

/** The final model of a kto run. */
export function makeUploadedModel(over: Partial<UploadedModel> = {}): UploadedModel {
  return {
    kind: 'model',
    runId: 'r1',
    runName: '20251122_143000',
    platform: 'rtx',
    method: 'kto',
    methodLabel: 'KTO',
    checkpoint: 'final_model',
    figures: { loss: 0.4 },
    columns: [{ key: 'loss', label: 'Loss', better: 'lower', main: true }],
    path: '/nowhere/out/20251122_143000/final_model',
    pinned: [],
    ...over,
  };
}
