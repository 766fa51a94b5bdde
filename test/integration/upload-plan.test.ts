import { appendFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHubClient } from '../../src/services/hub/create-hub-client.js';
import { hubTokens } from '../helpers/hub.js';
import { makeUploadDesk, planOne, runName, uploadRequest } from '../helpers/upload-desk.js';
import { writeTree } from '../helpers/toolset-tree.js';

describe('the plan of an upload', () => {
  test('says what is uploaded, from where, to where, and the command to the last argument', async () => {
    const { desk, root, run, parts } = await makeUploadDesk();
    const plan = await planOne(desk);
    const path = join(run, 'final_model');
    const files = ['adapter_config.json', 'adapter_model.safetensors'].map((name) => join(path, name));
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    expect(plan).toMatchObject({
      kind: 'upload',
      source: {
        kind: 'model',
        runName,
        platform: 'rtx',
        method: 'kto',
        methodLabel: 'Preference learning (KTO)',
        checkpoint: 'final_model',
        figures: { loss: 0.4, 'rewards/margins': 0.9 },
        path,
      },
      repoId: 'tess/one',
      private: true,
      saveMethod: 'lora',
      quantizations: [],
      uploadBytes: bytes,
      diskBytes: bytes,
      findings: [],
    });
    expect(plan.overwrites).toBeUndefined();
    if (plan.source.kind !== 'model') throw new Error('no model');
    expect(plan.source.step).toBeUndefined();
    expect(plan.source.pinned.map((pinned) => pinned.path)).toEqual(files);
    const { argv, cwd, env } = plan.launch;
    expect(argv).toEqual([
      join(parts.env['PATH']!.split(':')[0]!, 'python3'),
      '-m',
      'shared.upload.cli.upload_cli',
      path,
      'tess/one',
      '--save-method',
      'lora',
      '--private',
      '--output-dir',
      plan.outputDir,
    ]);
    expect(cwd).toBe(join(root, 'Trainers'));
    expect(env).toEqual({ PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8' });
    expect(plan.outputDir?.startsWith(`${dirname(run)}/.uploads/${runName}/final_model-`)).toBe(true);
    expect(JSON.stringify(plan)).not.toContain(hubTokens.write.value);
  });

  test('of a checkpoint has its figures, its step, GGUF files and the size that the base model states', async () => {
    const { desk, run } = await makeUploadDesk();
    writeTree(run, {
      'training_lineage.json': JSON.stringify({ training_type: 'kto' }),
      'checkpoints/checkpoint-50/adapter_config.json': JSON.stringify({
        base_model_name_or_path: 'unsloth/mistral-7b-v0.3',
      }),
    });
    const plan = await planOne(desk, {
      source: { kind: 'models', models: [{ run: runName, checkpoint: 50 }] },
      saveMethod: 'merged_16bit',
      quantizations: ['q4_k_m', 'Q8_0', 'Q4_K_M'],
      private: false,
    });
    expect(plan).toMatchObject({
      source: { checkpoint: 'checkpoint-50', step: 50, figures: { loss: 0.5, 'rewards/margins': 0.2 } },
      quantizations: ['Q4_K_M', 'Q8_0'],
      // 14 GB, the GGUF file of 16 bits, and those of 4.89 and 8.5 bits a weight.
      uploadBytes: 14e9 + 14e9 + Math.round((14e9 * (4.89 + 8.5)) / 16),
    });
    expect(plan.diskBytes).toBe(plan.uploadBytes);
    expect(plan.launch.argv.slice(5)).toEqual([
      '--save-method',
      'merged_16bit',
      '--model-size',
      '7b',
      '--create-gguf',
      '--gguf-quantizations',
      'Q4_K_M',
      'Q8_0',
      '--training-lineage',
      join(run, 'training_lineage.json'),
      '--output-dir',
      plan.outputDir,
    ]);
  });

  test('has the same place for the same files, another for others', async () => {
    const { desk, run } = await makeUploadDesk();
    const first = await planOne(desk);
    expect((await planOne(desk)).outputDir).toBe(first.outputDir);
    expect((await planOne(desk, { saveMethod: 'merged_4bit' })).outputDir).not.toBe(first.outputDir);
    expect((await planOne(desk, { repo: 'vault-labs/one' })).outputDir).not.toBe(first.outputDir);
    writeFileSync(join(run, 'final_model/adapter_config.json'), '{"peft_type":"LORA","r":32}');
    expect((await planOne(desk)).outputDir).not.toBe(first.outputDir);
  });

  test('of several checkpoints is a batch, with what concerns all told once', async () => {
    const { deskWith } = await makeUploadDesk();
    const models = [50, 100, 'final'].map((checkpoint) => ({
      run: runName,
      checkpoint: checkpoint as number | 'final',
    }));
    const request = uploadRequest({ source: { kind: 'models', models } });
    const plan = await deskWith({ token: hubTokens.read.value }).plan(request);
    if (plan.kind !== 'upload-batch') throw new Error('one');
    expect(plan.uploads.map(({ repoId }) => repoId)).toEqual([
      'tess/one-step-50',
      'tess/one-step-100',
      'tess/one',
    ]);
    expect(plan.findings.map(({ code }) => code)).toEqual(['token-reads']);
    expect(plan.uploads.flatMap(({ findings }) => findings)).toEqual([]);
  });

  test('estimates what each save method comes to', async () => {
    const { desk, run } = await makeUploadDesk();
    const config = join(run, 'final_model/adapter_config.json');
    const sizes = async () =>
      Object.fromEntries(
        (await desk.estimate({ run: runName, checkpoint: 'final' })).map(({ saveMethod, uploadBytes }) => [
          saveMethod,
          uploadBytes,
        ]),
      );
    writeFileSync(config, JSON.stringify({ base_model_name_or_path: 'Qwen/Qwen2.5-3B' }));
    expect(await sizes()).toMatchObject({ merged_16bit: 6e9, merged_4bit: 1.5e9 });
    writeFileSync(config, JSON.stringify({ base_model_name_or_path: 'miniature/six-characters' }));
    const weights = statSync(join(run, 'final_model/adapter_model.safetensors')).size;
    expect(await sizes()).toEqual({
      merged_16bit: Math.round((weights * 14_000) / 320),
      merged_4bit: Math.round((weights * 14_000) / 320 / 4),
      lora: weights + statSync(config).size,
    });
  });

  test('of a repository on the Hub makes GGUF files of it', async () => {
    const { desk, hub, root } = await makeUploadDesk();
    hub.repos.create('model', 'tess/done', { private: false, author: 'tess' });
    const client = createHubClient({ endpoint: hub.url, token: hubTokens.write.value });
    await client.commitText('tess/done', { path: 'model.safetensors', text: 'x'.repeat(1600), title: 'w' });
    writeTree(root, { 'Trainers/llama.cpp/llama-quantize': '' });
    const plan = await planOne(desk, {
      source: { kind: 'hub', repoId: 'tess/Done' },
      private: false,
    });
    expect(plan).toMatchObject({
      source: {
        kind: 'hub',
        repoId: 'tess/done',
        commit: hub.repos.find('model', 'tess/done')!.commits.at(-1)!.id,
      },
      repoId: 'tess/done-GGUF',
      private: false,
      quantizations: ['Q4_K_M', 'Q5_K_M', 'Q8_0'],
      uploadBytes: 1600 + Math.round((1600 * (4.89 + 5.7 + 8.5)) / 16),
    });
    expect(plan.launch.argv.slice(1)).toEqual([
      '-m',
      'shared.upload.cli.upload_cli',
      '--gguf-only',
      'tess/done',
      '--gguf-quantizations',
      'Q4_K_M',
      'Q5_K_M',
      'Q8_0',
    ]);
    expect(plan.outputDir).toBeUndefined();
  });
});

describe('what changed since', () => {
  test('is nothing where nothing did, also for a file that was only touched', async () => {
    const { desk, run } = await makeUploadDesk();
    const plan = await planOne(desk);
    utimesSync(join(run, 'final_model/adapter_model.safetensors'), 1, 1);
    expect(await desk.compare(plan)).toEqual([]);
    expect(await desk.replan(plan)).toMatchObject({ repoId: plan.repoId, launch: plan.launch });
  });

  test('is told of the files, the repository and its visibility', async () => {
    const { desk, run, hub, parts } = await makeUploadDesk();
    const plan = await planOne(desk);
    appendFileSync(join(run, 'final_model/adapter_config.json'), ' ');
    hub.repos.create('model', 'tess/one', { private: false, author: 'tess' });
    expect(await desk.compare(plan)).toEqual([
      'final_model/adapter_config.json has changed.',
      'tess/one is public now.',
    ]);
    hub.repos.delete('model', 'tess/one');
    hub.repos.create('model', 'tess/one', { private: true, author: 'tess' });
    await parts.hub.commitText('tess/one', { path: 'README.md', text: 'x', title: 't' });
    expect(await desk.compare(plan)).toContain('tess/one holds files now that would be overwritten.');

    const anew = await desk.replan(plan);
    expect(anew).toMatchObject({ overwrites: { owner: 'tess', private: true, files: 1 } });
    if (anew.kind !== 'upload') throw new Error('a batch');
    expect(await desk.compare(anew)).toEqual([]);
    await parts.hub.commitText('tess/one', { path: 'README.md', text: 'y', title: 't' });
    expect(await desk.compare(anew)).toEqual(['tess/one has a new commit.']);
    hub.repos.delete('model', 'tess/one');
    expect(await desk.compare(anew)).toEqual(['The files in tess/one are not there any more.']);
  });
});
