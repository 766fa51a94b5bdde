import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hubTokens, unknownToken } from '../../sandbox/hub/seed.js';
import type { RunningHub } from '../../sandbox/hub/server.js';
import { makeHub } from '../helpers/hub.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { expectPushed, filesOn, repo, startUpload, trainOnce } from '../helpers/upload-program.js';
import { waitFor } from '../helpers/wait-for.js';

const trained = trainOnce();
const token = hubTokens.write.value;
const upload = /^\/lfs-upload\//;
const start = (hub: RunningHub, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  startUpload(hub, join(trained.root, 'Trainers'), args, env);

describe('the upload program, when something is wrong', () => {
  const lora = (output: string) => [trained.model, repo, '--save-method', 'lora', '--output-dir', output];

  test.each([
    ['no token', { HF_TOKEN: '' }, 'Error: HuggingFace token required.'],
    [
      'an unknown token',
      { HF_TOKEN: unknownToken },
      '✗ Upload failed: Failed to upload model: 401 Client Error: ',
    ],
    [
      'a read token',
      { HF_TOKEN: hubTokens.read.value },
      '✗ Upload failed: Failed to upload model: 403 Client Error: ',
    ],
    [
      'nobody there',
      { HF_ENDPOINT: 'http://127.0.0.1:9' },
      '✗ Upload failed: Failed to upload model: [Errno 111]',
    ],
    ['no memory', { MINI_UPLOAD_FAULT: 'oom@merge' }, '✗ Upload failed: CUDA out of memory.'],
    [
      'a full disk',
      { MINI_UPLOAD_FAULT: 'disk-full@merge' },
      '✗ Upload failed: [Errno 28] No space left on device',
    ],
  ])('ends with 1 on %s', async (_, env, said) => {
    const hub = await makeHub();
    const result = await start(hub, lora(await makeTempDir()), env);
    expect(result.exitCode, result.all).toBe(1);
    expect(result.stdout).toContain(said);
    expect(result.stdout.split('✗')).toHaveLength(said.startsWith('✗') ? 2 : 1);
    expect(filesOn(hub)).toEqual([]);
    for (const secret of [unknownToken, hubTokens.read.value]) expect(result.all).not.toContain(secret);
  });

  test('ends with 1 on a path that is not there and on weights cut short', async () => {
    const hub = await makeHub();
    const gone = await start(hub, [join(trained.run, 'absent'), repo, '--output-dir', await makeTempDir()]);
    expect([gone.exitCode, gone.stdout]).toEqual([
      1,
      expect.stringContaining('✗ Upload failed: Model path not found'),
    ]);
    const short = join(await makeTempDir(), 'short');
    cpSync(trained.model, short, { recursive: true });
    truncateSync(join(short, 'adapter_model.safetensors'), 9000);
    for (const method of ['lora', 'merged_16bit']) {
      const result = await start(hub, [short, repo, '--save-method', method]);
      expect([result.exitCode, result.stdout]).toEqual([
        1,
        expect.stringContaining('✗ Upload failed: Error while deserializing'),
      ]);
    }
    expect(hub.arrived).toEqual([]);
  });

  test.each([/\/repos\/create$/, /\/preupload\//, /\/objects\/batch$/, upload, /\/verify$/, /\/commit\//])(
    'ends with 1 on a 503 at %s, and the next try completes',
    async (path) => {
      const hub = await makeHub();
      hub.faults.add({ kind: 'status', status: 503, count: 1, path });
      const output = await makeTempDir();
      const failed = await start(hub, lora(output));
      expect(failed.exitCode, failed.all).toBe(1);
      expect(failed.stdout).toContain(
        '✗ Upload failed: Failed to upload model: 503 Server Error: Service Unavailable',
      );
      expect(filesOn(hub)).toEqual([]);
      const again = await start(hub, lora(output));
      expect(again.exitCode, again.all).toBe(0);
      expectPushed(hub, [join(output, 'lora')], 'README.md', 'training_lineage.json', 'upload_manifest.json');
    },
  );

  test('is cut in mid-upload; the next try sends only what is not there', async () => {
    const hub = await makeHub();
    const output = await makeTempDir();
    const args = [
      trained.model,
      repo,
      '--create-gguf',
      '--gguf-quantizations',
      'Q4_K_M',
      '--output-dir',
      output,
    ];
    // After the model and the base GGUF.
    hub.faults.add({ kind: 'cut', afterBytes: 100_000, skip: 2, count: 1, path: upload });
    const failed = await start(hub, args);
    expect(failed.exitCode, failed.all).toBe(1);
    expect(failed.stdout).toMatch(
      /✗ Upload failed: Failed to upload file \S+mini-Q4_K_M\.gguf: \('Connection aborted\.', /,
    );
    expect(filesOn(hub).map(({ path }) => path)).toContain('mini.gguf');
    const before = hub.arrived.length;
    const again = await start(hub, args);
    expect(again.exitCode, again.all).toBe(0);
    for (const name of ['model.safetensors', 'mini.gguf'])
      expect(again.stdout).toContain(`${name}: already on the Hub, skipped`);
    expect(hub.arrived.slice(before).filter(({ path }) => upload.test(path))).toHaveLength(1);
    expectPushed(
      hub,
      [join(output, 'merged-16bit'), join(output, 'gguf')],
      'README.md',
      'training_lineage.json',
      'upload_manifest.json',
    );
  });

  test('says that a card was refused, and ends with 0 all the same', async () => {
    const hub = await makeHub();
    const own = join(await makeTempDir(), 'model');
    cpSync(trained.model, own, { recursive: true });
    writeFileSync(join(own, 'README.md'), '---\ntags: not a list\n---\n');
    const result = await start(hub, [own, repo, '--save-method', 'merged_4bit']);
    expect(result.exitCode, result.all).toBe(0);
    expect(result.stdout).toContain('⚠ Could not upload README.md: 400 Client Error: Bad Request');
    expect(filesOn(hub).map(({ path }) => path)).not.toContain('README.md');
  });

  test('redraws its bar while it sends, and ends on an interrupt', async () => {
    const hub = await makeHub();
    const child = start(hub, [trained.model, repo, '--output-dir', await makeTempDir()], {
      MINI_UPLOAD_RATE: '150000',
    });
    let drawn = '';
    child.stderr.on('data', (piece: Buffer) => (drawn += piece.toString('utf8')));
    await waitFor(() => new Set(drawn.match(/Uploading model\.safetensors: +\d+%/g)).size > 3);
    child.kill('SIGINT');
    const result = await child;
    expect(result.exitCode, result.all).toBe(130);
    expect(filesOn(hub)).toEqual([]);
  });

  test('has no word of the token in its arguments', async () => {
    const hub = await makeHub();
    hub.faults.add({ kind: 'slow', bytesPerSecond: 200_000, path: upload });
    const child = start(hub, lora(await makeTempDir()));
    const argv = await waitFor(() => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8'));
    expect(argv).toContain('upload_cli');
    expect(argv).not.toContain(token);
    expect((await child).exitCode).toBe(0);
  });
});
