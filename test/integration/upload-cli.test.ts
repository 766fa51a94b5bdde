import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { hubTokens } from '../../sandbox/hub/seed.js';
import type { RunningHub } from '../../sandbox/hub/server.js';
import { makeHub } from '../helpers/hub.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { makeToolset } from '../helpers/toolset.js';
import { expectPushed, filesOn, repo, startUpload, trainOnce } from '../helpers/upload-program.js';

const trained = trainOnce();
const token = hubTokens.write.value;
const start = (hub: RunningHub, args: readonly string[], cwd = join(trained.root, 'Trainers')) =>
  startUpload(hub, cwd, args);

describe('the upload program of the miniature toolset', () => {
  test('pushes an adapter with a card that the Hub takes, private', async () => {
    const hub = await makeHub();
    const output = await makeTempDir();
    const result = await start(hub, [
      trained.model,
      repo,
      '--save-method',
      'lora',
      '--private',
      '--output-dir',
      output,
    ]);
    expect(result.exitCode, result.all).toBe(0);
    expect(result.stdout).toContain('✓ ALL UPLOADS COMPLETE!');
    expect(result.stdout).toContain(`HuggingFace model: ${hub.url}/${repo}`);
    expect(hub.repos.find('model', repo)?.private).toBe(true);
    expectPushed(hub, [join(output, 'lora')], 'README.md', 'training_lineage.json', 'upload_manifest.json');

    const text =
      filesOn(hub)
        .find(({ path }) => path === 'README.md')
        ?.data?.toString('utf8') ?? '';
    const config = readFileSync(join(trained.model, 'adapter_config.json'), 'utf8');
    const { base_model_name_or_path: base } = JSON.parse(config) as { base_model_name_or_path: string };
    expect(load(text.split('---\n')[1] ?? '')).toEqual({
      library_name: 'peft',
      pipeline_tag: 'text-generation',
      base_model: base,
      tags: ['fine-tuned', 'kto'],
    });
    expect(result.all).not.toContain(token);
  });

  test('merges, converts and pushes file by file, with bars', async () => {
    const hub = await makeHub();
    const output = await makeTempDir();
    const result = await start(hub, [
      trained.model,
      repo,
      '--create-gguf',
      '--gguf-quantizations',
      'Q4_K_M',
      'q8_0',
      'Q9_X',
      '--output-dir',
      output,
    ]);
    expect(result.exitCode, result.all).toBe(0);
    const folders = [join(output, 'merged-16bit'), join(output, 'gguf')];
    expectPushed(hub, folders, 'README.md', 'training_lineage.json', 'upload_manifest.json');
    expect(readdirSync(folders[1] ?? '').toSorted()).toEqual([
      'mini-Q4_K_M.gguf',
      'mini-Q8_0.gguf',
      'mini.gguf',
    ]);
    const sizeOf = (name: string) => filesOn(hub).find(({ path }) => path === name)?.size ?? 0;
    const adapter = readFileSync(join(trained.model, 'adapter_model.safetensors')).length;
    expect(sizeOf('model.safetensors') / adapter).toBeGreaterThan(40);
    expect(sizeOf('mini-Q4_K_M.gguf') / sizeOf('mini.gguf')).toBeCloseTo(4.85 / 16, 2);
    expect(readFileSync(join(output, 'gguf/mini-Q8_0.gguf')).subarray(0, 8).toString('latin1')).toBe(
      'GGUF\x03\0\0\0',
    );

    const drawn = stripVTControlCharacters(result.stderr).split(/[\r\n]+/);
    expect(drawn).toContain('Merging layers: [####################] 100%');
    expect(drawn).toContain('Quantizing Q4_K_M: [####################] 100%');
    expect(
      drawn.filter((line) =>
        /^Uploading model\.safetensors: 100%\|█{10}\| \S+\/\S+ \[\d\d:\d\d<00:00, \S+B\/s\]$/.test(line),
      ),
    ).toHaveLength(1);
    expect(result.stdout).toContain("⚠ Failed to create Q9_X: main: invalid ftype 'Q9_X'");
    expect(result.stdout).toMatch(/\[2\/3\] Uploading mini-Q4_K_M\.gguf\.\.\.\n {2}✓ Uploaded\n/);
  });

  test('merged in 4 bits is a quarter, and the model of another size larger', async () => {
    const hub = await makeHub();
    const sizes: number[] = [];
    for (const args of [
      ['merged_16bit', '7b'],
      ['merged_4bit', '7b'],
      ['merged_4bit', '13b'],
    ] as const) {
      const output = await makeTempDir();
      const flags = ['--save-method', args[0], '--model-size', args[1], '--output-dir', output];
      const result = await start(hub, [trained.model, repo, ...flags]);
      expect(result.exitCode, result.all).toBe(0);
      sizes.push(filesOn(hub).find(({ path }) => path === 'model.safetensors')?.size ?? 0);
    }
    const [half = 0, quarter = 0, larger = 0] = sizes;
    expect(half / quarter).toBeCloseTo(4, 0);
    expect(larger / quarter).toBeGreaterThan(1.7);
  });

  test('puts what it makes beside the run, and finds its way in the newer layout', async () => {
    const hub = await makeHub();
    const newer = await makeToolset({ layout: '2026' });
    cpSync(trained.run, join(newer.root, 'run'), { recursive: true });
    const path = join(newer.root, 'run/checkpoints/checkpoint-2');
    const result = await start(hub, [path, repo, '--save-method', 'lora'], newer.root);
    expect(result.exitCode, result.all).toBe(0);
    expectPushed(hub, [join(newer.root, 'run/checkpoints/mini/lora')], 'README.md', 'upload_manifest.json');
  });

  test('makes GGUF of a repository that is on the Hub', async () => {
    const hub = await makeHub();
    const pushed = await start(hub, [
      trained.model,
      repo,
      '--save-method',
      'merged_4bit',
      '--output-dir',
      await makeTempDir(),
    ]);
    expect(pushed.exitCode, pushed.all).toBe(0);
    const result = await start(hub, ['--gguf-only', repo, '--gguf-quantizations', 'Q4_K_M']);
    expect(result.exitCode, result.all).toBe(0);
    expect(filesOn(hub, `${repo}-GGUF`).map(({ path }) => path)).toEqual(['mini-Q4_K_M.gguf', 'mini.gguf']);
    expect(result.stdout).toContain(`✓ GGUF files uploaded to: ${hub.url}/${repo}-GGUF`);
    const absent = await start(hub, ['--gguf-only', 'tess/absent']);
    expect(absent.exitCode).toBe(1);
    expect(absent.stdout).toContain('✗ GGUF-only failed: 404 Client Error: Not Found for url: ');
  });

  test('takes the card that stands beside the model', async () => {
    const hub = await makeHub();
    const own = join(await makeTempDir(), 'model');
    cpSync(trained.model, own, { recursive: true });
    writeFileSync(join(own, 'README.md'), '---\ntags: [mine]\n---\n# Mine\n');
    const result = await start(hub, [own, repo, '--save-method', 'merged_4bit']);
    expect(result.exitCode, result.all).toBe(0);
    const card = filesOn(hub).find(({ path }) => path === 'README.md');
    expect(card?.data?.toString('utf8')).toBe('---\ntags: [mine]\n---\n# Mine\n');
  });
});
