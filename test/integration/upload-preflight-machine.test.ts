import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createEnvironmentChecks } from '../../src/services/toolset/environment-checks.js';
import { createToolset } from '../../src/services/toolset/create-toolset.js';
import { findModel, pinModel } from '../../src/services/uploads/find-model.js';
import { checkModel } from '../../src/services/uploads/preflight/model.js';
import { checkDisk } from '../../src/services/uploads/preflight/disk.js';
import type { ModelSize } from '../../src/services/uploads/sizes.js';
import type { UploadRequest } from '../../src/services/uploads/upload-desk.js';
import { makeZip } from '../helpers/model-files.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { makeHost, writeProgram, writeTree } from '../helpers/toolset-tree.js';
import { makeUploadDesk, planOne, runName, uploadRequest, type UploadSetup } from '../helpers/upload-desk.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import { createJobStore } from '../../src/db/job-store.js';
import { codesOf, queueJob, wordsOf } from '../helpers/upload-findings.js';

function modelAt(checkpoint: number | 'final'): Pick<UploadRequest, 'source'> {
  return { source: { kind: 'models', models: [{ run: runName, checkpoint }] } };
}

/** States the base model of a model of the run. */
function nameBase({ run }: UploadSetup, base: string, folder = 'final_model'): void {
  writeFileSync(join(run, folder, 'adapter_config.json'), JSON.stringify({ base_model_name_or_path: base }));
}

describe('the model', () => {
  test('is incomplete', async () => {
    const setup = await makeUploadDesk({ run: { half: [100], checkpoints: [50] } });
    const plan = await planOne(setup.desk, modelAt(100));
    expect(wordsOf(plan)).toEqual([
      expect.stringMatching(/^checkpoint-100 is not complete: .+ bytes that it states\. → Choose another/),
    ]);
    expect(codesOf(plan)).toEqual(['blocker model-incomplete']);
    await expect(setup.desk.estimate({ run: runName, checkpoint: 100 })).rejects.toThrow('not complete');
  });

  test('is not there, or vanished since', async () => {
    const { desk, run } = await makeUploadDesk();
    await expect(planOne(desk, modelAt(7))).rejects.toThrow('has no checkpoint at step 7 any more');
    const plan = await planOne(desk, modelAt(50));
    rmSync(join(run, 'checkpoints/checkpoint-50'), { recursive: true });
    expect(await desk.compare(plan)).toEqual([
      'checkpoint-50/adapter_config.json is not there any more.',
      'checkpoint-50/adapter_model.safetensors is not there any more.',
    ]);
    await expect(desk.replan(plan)).rejects.toThrow('has no checkpoint at step 50 any more');
    rmSync(join(run, 'final_model'), { recursive: true });
    await expect(planOne(desk)).rejects.toThrow('has no final model');
    await expect(
      desk.plan(uploadRequest({ source: { kind: 'models', models: [{ run: 'x', checkpoint: 1 }] } })),
    )
      // prettier-ignore
      .rejects.toThrow('There is no run "x"');
  });

  test('vanishes while it is looked at', async () => {
    const { parts, run } = await makeUploadDesk();
    const found = await findModel(parts, { run: runName, checkpoint: 50 });
    rmSync(join(run, 'checkpoints'), { recursive: true });
    expect(await checkModel(found, 'lora', false)).toMatchObject([
      { level: 'blocker', code: 'model-gone', message: 'checkpoint-50 is not there any more.' },
    ]);
    expect(await pinModel(found)).toEqual([]);
  });

  test('is a checkpoint of a training that goes on, which may remove it', async () => {
    const setup = await makeUploadDesk();
    const { id } = queueJob(setup, makeTrainPlan());
    const jobs = createJobStore(setup.db);
    const job = jobs.setFacts(id, { runPath: setup.run });
    expect(codesOf(await planOne(setup.desk, modelAt(50)))).toEqual([]);
    jobs.transition(job, { name: 'starting', at: 11, attempt: 1 });
    expect(codesOf(await planOne(setup.desk, modelAt(50)))).toEqual(['warning run-running']);
    expect(codesOf(await planOne(setup.desk))).toEqual([]);
  });

  test('cannot be loaded to be merged', async () => {
    const setup = await makeUploadDesk();
    rmSync(join(setup.run, 'final_model/adapter_config.json'));
    expect(codesOf(await planOne(setup.desk))).toEqual(['warning model-form']);
    const merged = await planOne(setup.desk, { saveMethod: 'merged_16bit' });
    expect(codesOf(merged)).toEqual(['blocker model-form']);
  });

  test('is a file', async () => {
    const setup = await makeUploadDesk();
    writeTree(setup.root, { 'Trainers/mistral_lora_mac/logs/training.jsonl': '' });
    const folder = join(setup.root, 'Trainers/mistral_lora_mac/checkpoints');
    writeTree(folder, { 'checkpoint_step_10.npz': '' });
    writeFileSync(join(folder, 'checkpoint_step_10.npz'), makeZip());
    const plan = await planOne(setup.desk, {
      source: { kind: 'models', models: [{ run: 'mistral_lora_mac', checkpoint: 10 }] },
    });
    expect(codesOf(plan)).toContain('blocker model-file');
  });
});

describe('this machine', () => {
  test('has too little disk for the copies, by the name of the base model', async () => {
    const setup = await makeUploadDesk();
    nameBase(setup, 'acme/model-9000000b');
    const plan = await planOne(setup.desk, { saveMethod: 'merged_4bit' });
    expect(codesOf(plan)).toEqual(['blocker disk']);
    expect(wordsOf(plan)[0]).toMatch(
      /^The disk of \/.+ has \d+ GB free; the copies need about 4500000 GB\. → Free some room,/,
    );
    writeTree(dirname(setup.run), { '.uploads/old/one/model.safetensors': 'x'.repeat(50e6) });
    const again = await planOne(setup.desk, { saveMethod: 'merged_4bit' });
    expect(wordsOf(again)[0]).toMatch(
      new RegExp(` Copies of earlier uploads: 0\\.1 GB in ${dirname(setup.run)}/\\.uploads\\.$`),
    );
    // The adapter alone is small whatever its base.
    expect(codesOf(await planOne(setup.desk))).toEqual([]);
    expect(codesOf(await planOne(setup.desk, { quantizations: ['Q8_0'] }))).toEqual(['blocker disk']);
  });

  test('is asked for room for all uploads of a batch together', async () => {
    const setup = await makeUploadDesk();
    const free = statfsSync(setup.run);
    // Two thirds of what is free, each.
    const billions = Math.round((free.bavail * free.bsize * 2) / 3 / 2e9);
    nameBase(setup, `acme/m-${billions}b`, 'checkpoints/checkpoint-50');
    nameBase(setup, `acme/m-${billions}b`, 'checkpoints/checkpoint-100');
    const one = await planOne(setup.desk, { ...modelAt(50), saveMethod: 'merged_16bit' });
    expect(codesOf(one)).toEqual([]);
    const models = [50, 100].map((checkpoint) => ({ run: runName, checkpoint }));
    const batch = await setup.desk.plan(
      uploadRequest({ source: { kind: 'models', models }, saveMethod: 'merged_16bit' }),
    );
    expect(codesOf(batch)).toEqual(['blocker disk']);
  });

  test('may have too little where the size is a guess or nearly fits: then it is a warning', async () => {
    const folder = await makeTempDir();
    const { bavail, bsize } = statfsSync(folder);
    const codes = async (share: number, from: ModelSize['from']) =>
      codesOf({ findings: await checkDisk([{ folder, bytes: bavail * bsize * share, from }]) });
    // Others write to the disk meanwhile: nothing is asked at the very edge.
    expect(await codes(2, 'guessed')).toEqual(['warning disk']);
    expect(await codes(1.05, 'named')).toEqual(['warning disk']);
    expect(await codes(1.3, 'named')).toEqual(['blocker disk']);
    expect(await codes(1.05, 'measured')).toEqual(['blocker disk']);
    for (const from of ['guessed', 'named', 'measured'] as const) expect(await codes(0.8, from)).toEqual([]);
  });

  test('cannot be written to', async () => {
    const setup = await makeUploadDesk();
    writeTree(dirname(setup.run), { '.uploads': 'a file' });
    expect(codesOf(await planOne(setup.desk))).toContain('blocker output-unwritable');
  });

  test('has no llama.cpp: it is built where that is possible, else nothing is', async () => {
    const setup = await makeUploadDesk();
    const gguf = { quantizations: ['Q4_K_M'] };
    expect(codesOf(await planOne(setup.desk, gguf))).toEqual([]);
    rmSync(join(setup.home, 'llama.cpp'), { recursive: true });

    const dir = await makeTempDir();
    const { env, bin } = makeHost(dir);
    const bare = { ...env, PATH: bin, HOME: setup.home };
    const lacking = await planOne(setup.deskWith({ env: bare }), gguf);
    expect(wordsOf(lacking)).toEqual([
      `llama.cpp was not found (looked in ${setup.home}/llama.cpp, ${setup.root}/Trainers/llama.cpp) ` +
        'and cannot be built without git and cmake. → Install git and cmake, or upload without GGUF files.',
    ]);
    expect(codesOf(lacking)).toEqual(['blocker llama-cpp-missing']);
    for (const program of ['git', 'cmake']) writeProgram(join(bin, program), '');
    expect(codesOf(await planOne(setup.deskWith({ env: bare }), gguf))).toEqual(['warning llama-cpp-built']);
    expect(codesOf(await planOne(setup.deskWith({ env: { PATH: bin } }), gguf))).toEqual([
      'warning llama-cpp-unknown',
    ]);
    // Without GGUF nobody needs it.
    expect(codesOf(await planOne(setup.deskWith({ env: { PATH: bin } })))).toEqual([]);
  });

  test('has no upload program, no interpreter, or no CUDA to merge with', async () => {
    const setup = await makeUploadDesk();
    rmSync(join(setup.root, 'Trainers/shared/upload/cli/upload_cli.py'));
    expect(codesOf(await planOne(setup.desk))).toEqual(['blocker program-missing']);
    writeTree(setup.root, { 'Trainers/shared/upload/cli/upload_cli.py': '' });

    const { env } = setup.parts;
    const none = createEnvironmentChecks({ search: { python: '/nowhere/python', env }, env });
    expect(codesOf(await planOne(setup.deskWith({ environments: none })))).toEqual([
      'blocker interpreter-missing',
    ]);
    const backend = (await setup.parts.runs.locate(runName)).backend;
    const toolset = createToolset(setup.root, setup.parts.toolset.manifest);
    expect(backend.environment).toBe('none');
    const runs = {
      show: setup.parts.runs.show,
      locate: async (run: string) => ({
        ...(await setup.parts.runs.locate(run)),
        backend: toolset.findBackend('rtx', 'kto')!,
      }),
    };
    const desk = setup.deskWith({ toolset, runs });
    const merged = await planOne(desk, { saveMethod: 'merged_16bit' });
    expect(merged.findings).toMatchObject([
      { code: 'no-cuda', remedy: expect.stringMatching(/or save the adapter alone \(lora\)\.$/) },
    ]);
    expect(codesOf(await planOne(desk))).toEqual([]);
  });
});
