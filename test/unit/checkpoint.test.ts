import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunLayout } from '../../src/domain/train-plan.js';
import { checkCheckpoint, listCheckpoints } from '../../src/services/toolset/checkpoints.js';
import { checkFinalModel } from '../../src/services/toolset/final-model.js';
import { listRuns } from '../../src/services/toolset/runs.js';
import { checkModelFolder, checkWeightsFile } from '../../src/services/toolset/weights.js';
import { makeSafetensors, makeZip, writeAdapter, writeCheckpoint } from '../helpers/model-files.js';
import { makeTempDir } from '../helpers/temp-dir.js';

function layoutOf(runsDir: string, over: Partial<RunLayout> = {}): RunLayout {
  return {
    kind: 'folders',
    runsDir,
    logs: 'logs/training_*.jsonl',
    logFormat: 'flat',
    checkpoints: 'checkpoints/checkpoint-*',
    finalModel: 'final_model',
    ...over,
  };
}

function mlxLayout(folder: string): RunLayout {
  return layoutOf(folder, {
    kind: 'single',
    logs: 'logs/training.jsonl',
    logFormat: 'nested',
    checkpoints: 'checkpoints/checkpoint_step_*.npz',
    finalModel: 'outputs/final_model',
  });
}

describe('a file of weights', () => {
  async function check(name: string, bytes: Buffer): Promise<string> {
    const path = join(await makeTempDir(), name);
    writeFileSync(path, bytes);
    const result = await checkWeightsFile(path);
    return result.whole ? 'whole' : result.why;
  }

  it('is whole when it has the size that it states', async () => {
    expect(await check('a.safetensors', makeSafetensors())).toBe('whole');
    expect(await check('a.npz', makeZip())).toBe('whole');
    expect(await check('a.npz', makeZip('w.npy', Buffer.alloc(10), 'with a comment'))).toBe('whole');
    expect(await check('adapter_model.bin', makeZip())).toBe('whole');
    // The pickle format of PyTorch before 1.6 says nothing of its length.
    expect(await check('adapter_model.bin', Buffer.from([0x80, 2, 0x8a]))).toBe('whole');
  });

  it('says what is wrong otherwise', async () => {
    const whole = makeSafetensors(64);
    expect(await check('a.safetensors', Buffer.alloc(0))).toBe('a.safetensors is empty');
    expect(await check('a.safetensors', whole.subarray(0, 5))).toBe('a.safetensors is cut short');
    expect(await check('a.safetensors', whole.subarray(0, 40))).toBe('a.safetensors is cut short');
    expect(await check('a.safetensors', whole.subarray(0, -10))).toBe(
      `a.safetensors has ${whole.length - 10} of the ${whole.length} bytes that it states`,
    );
    expect(await check('a.safetensors', Buffer.alloc(100, 0xff))).toBe(
      'a.safetensors has no safetensors header',
    );
    const noJson = Buffer.concat([whole.subarray(0, 8), Buffer.alloc(whole.length - 8, 'x')]);
    expect(await check('a.safetensors', noJson)).toBe('a.safetensors has no safetensors header');
    expect(await check('a.npz', makeZip().subarray(0, -1))).toBe('a.npz is cut short');
    expect(await check('a.npz', Buffer.from('PK'))).toBe('a.npz is cut short');
    const moved = makeZip();
    moved.writeUInt32LE(3, moved.length - 6);
    expect(await check('a.npz', moved)).toBe('a.npz is damaged');
    expect(await check('adapter_model.bin', makeZip().subarray(0, -5))).toBe(
      'adapter_model.bin is cut short',
    );
  });

  it('is found out wherever the save was cut off', async () => {
    const dir = await makeTempDir();
    const samples = { 'a.safetensors': makeSafetensors(64), 'a.npz': makeZip() };
    for (const [name, bytes] of Object.entries(samples)) {
      for (let length = 0; length < bytes.length; length += 1) {
        writeFileSync(join(dir, name), bytes.subarray(0, length));
        expect((await checkWeightsFile(join(dir, name))).whole, `${name} of ${length} bytes`).toBe(false);
      }
    }
  });

  it('may hold any bytes', async () => {
    const dir = await makeTempDir();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('a.safetensors', 'a.npz', 'adapter_model.bin'),
        async (bytes, name) => {
          writeFileSync(join(dir, name), bytes);
          expect(typeof (await checkWeightsFile(join(dir, name))).whole).toBe('boolean');
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a folder of a model', () => {
  async function check(fill: (folder: string) => void, expected?: readonly string[]): Promise<string> {
    const folder = await makeTempDir();
    fill(folder);
    const result = await checkModelFolder(folder, expected);
    return result.whole ? 'whole' : result.why;
  }
  const put = (folder: string, name: string, content: Buffer | string): void => {
    writeFileSync(join(folder, name), content);
  };
  const shard = (part: number): string => `model-0000${part}-of-00002.safetensors`;
  const index = JSON.stringify({ weight_map: { a: shard(1), b: shard(2) } });

  it('is whole with an adapter, a model, or a model in parts', async () => {
    expect(await check((folder) => writeAdapter(folder))).toBe('whole');
    expect(await check((folder) => put(folder, 'model.safetensors', makeSafetensors()))).toBe('whole');
    expect(
      await check((folder) => {
        put(folder, shard(1), makeSafetensors());
        put(folder, shard(2), makeSafetensors());
        put(folder, 'model.safetensors.index.json', index);
      }),
    ).toBe('whole');
  });

  it('says which file is missing, empty or cut short', async () => {
    expect(await check((folder) => put(folder, 'training_args.bin', makeZip()))).toBe(
      'it holds no weights file',
    );
    expect(await check((folder) => put(folder, 'adapter_config.json', '{}'))).toBe(
      'it holds no weights file',
    );
    expect(await check((folder) => writeAdapter(folder, Buffer.alloc(0)))).toBe(
      'adapter_model.safetensors is empty',
    );
    expect(await check((folder) => writeAdapter(folder, makeSafetensors().subarray(0, -1)))).toMatch(
      /^adapter_model\.safetensors has \d+ of the \d+ bytes/,
    );
    expect(
      await check((folder) => {
        writeAdapter(folder);
        put(folder, 'optimizer.pt', '');
      }),
    ).toBe('optimizer.pt is empty');
    expect(
      await check((folder) => {
        put(folder, shard(1), makeSafetensors());
        put(folder, 'model.safetensors.index.json', index);
      }),
    ).toBe(`${shard(2)} is missing`);
    expect(await check((folder) => put(folder, shard(1), makeSafetensors()))).toBe(`${shard(2)} is missing`);
    expect(
      await check((folder) => {
        put(folder, shard(1), makeSafetensors());
        put(folder, shard(2), makeSafetensors());
      }),
    ).toBe('model.safetensors.index.json is missing');
    expect(
      await check((folder) => {
        put(folder, 'model.safetensors', makeSafetensors());
        put(folder, 'model.safetensors.index.json', '{"weight_map":');
      }),
    ).toBe('model.safetensors.index.json cannot be read');
  });

  it('follows the names of the manifest', async () => {
    const fill = (folder: string): void => put(folder, 'weights.dat', 'x');
    expect(await check(fill)).toBe('it holds no weights file');
    expect(await check(fill, ['weights.*'])).toBe('whole');
  });

  it('may be gone or hold broken links', async () => {
    expect(await checkModelFolder('/nowhere/at/all')).toEqual({ whole: false, why: 'all is not there' });
    expect(
      await check((folder) => {
        symlinkSync('nowhere', join(folder, 'adapter_model.safetensors'));
      }),
    ).toBe('adapter_model.safetensors is not there');
    expect(
      await check((folder) => {
        symlinkSync('model.safetensors', join(folder, 'model.safetensors'));
      }),
    ).toBe('model.safetensors is a link that leads to itself');
  });
});

describe('the final model', () => {
  it('must be there and whole', async () => {
    const run = await makeTempDir();
    const layout = layoutOf(run);
    expect(await checkFinalModel(layout, run)).toEqual({
      whole: false,
      why: 'there is no final_model in the run',
    });
    mkdirSync(join(run, 'final_model'));
    expect(await checkFinalModel(layout, run)).toEqual({ whole: false, why: 'it holds no weights file' });
    writeAdapter(join(run, 'final_model'));
    expect(await checkFinalModel(layout, run)).toEqual({ whole: true });
    writeAdapter(join(run, 'outputs/final_model'), Buffer.alloc(3));
    expect(await checkFinalModel(mlxLayout(run), run)).toMatchObject({ whole: false });
  });
});

describe('runs', () => {
  const age = (path: string, seconds: number): void => utimesSync(path, seconds, seconds);

  it('are folders with a final model or something among the checkpoints, newest first, of both layouts', async () => {
    const root = await makeTempDir();
    const now = join(root, 'new');
    const old = join(root, 'old');
    writeCheckpoint(join(now, 'with-checkpoint'), 50);
    writeAdapter(join(now, 'with-model/final_model'));
    mkdirSync(join(now, 'nothing/checkpoints'), { recursive: true });
    mkdirSync(join(now, 'logs-only/logs'), { recursive: true });
    writeAdapter(join(old, 'from-before/final_model'));
    age(join(now, 'with-checkpoint'), 3000);
    age(join(now, 'with-model'), 1000);
    age(join(old, 'from-before'), 2000);
    const { runs, problems } = await listRuns(layoutOf(now, { oldRunsDirs: [old, join(root, 'never-was')] }));
    expect(problems).toEqual([]);
    expect(runs.map(({ name, hasFinalModel }) => [name, hasFinalModel])).toEqual([
      ['with-checkpoint', false],
      ['from-before', true],
      ['with-model', true],
    ]);
    expect(runs[0]?.modifiedMs).toBe(3_000_000);
  });

  it('stay listed among broken links, files, and folders that vanish', async () => {
    const root = await makeTempDir();
    writeAdapter(join(root, 'good/final_model'));
    writeAdapter(join(root, 'elsewhere/final_model'));
    symlinkSync('nowhere', join(root, 'broken-link'));
    symlinkSync('loop', join(root, 'loop'));
    symlinkSync('good', join(root, 'a-link'));
    writeFileSync(join(root, 'notes.txt'), 'a file among folders');
    mkdirSync(join(root, 'file-for-folder'));
    writeFileSync(join(root, 'file-for-folder/checkpoints'), 'not a folder');
    const listing = listRuns(layoutOf(root));
    rmSync(join(root, 'elsewhere'), { recursive: true });
    const { runs, problems } = await listing;
    const names = runs.map(({ name }) => name).filter((name) => name !== 'elsewhere');
    expect(names.toSorted()).toEqual(['a-link', 'good']);
    expect(problems).toEqual([]);
  });

  it('of a trainer with one output are one', async () => {
    const folder = await makeTempDir();
    expect((await listRuns(mlxLayout(folder))).runs).toEqual([]);
    mkdirSync(join(folder, 'checkpoints'));
    writeFileSync(join(folder, 'checkpoints/checkpoint_step_100.npz'), makeZip());
    age(join(folder, 'checkpoints'), 5000);
    expect((await listRuns(mlxLayout(folder))).runs).toMatchObject([{ path: folder, modifiedMs: 5_000_000 }]);
  });
});

describe('checkpoints', () => {
  it('are those with a number, by step; each is whole or not', async () => {
    const run = await makeTempDir();
    const layout = layoutOf(run);
    expect(await listCheckpoints({ path: run }, layout)).toEqual([]);
    writeCheckpoint(run, 100);
    writeCheckpoint(run, 20, makeSafetensors().subarray(0, -4));
    writeCheckpoint(run, 3);
    mkdirSync(join(run, 'checkpoints/checkpoint-best'));
    mkdirSync(join(run, 'checkpoints/tmp-checkpoint-200'));
    symlinkSync('nowhere', join(run, 'checkpoints/checkpoint-400'));
    const found = await listCheckpoints({ path: run }, layout);
    expect(found.map(({ step }) => step)).toEqual([3, 20, 100, 400]);
    const whole = await Promise.all(found.map((checkpoint) => checkCheckpoint(checkpoint, layout)));
    expect(whole).toEqual([
      { whole: true },
      { whole: false, why: expect.stringMatching(/^adapter_model\.safetensors has/) },
      { whole: true },
      { whole: false, why: 'it is not there any more' },
    ]);
  });

  it('of mlx are files', async () => {
    const folder = await makeTempDir();
    const layout = mlxLayout(folder);
    mkdirSync(join(folder, 'checkpoints'));
    writeFileSync(join(folder, 'checkpoints/checkpoint_step_30.npz'), makeZip());
    writeFileSync(join(folder, 'checkpoints/checkpoint_step_40.npz'), makeZip().subarray(0, 60));
    writeFileSync(join(folder, 'checkpoints/best_checkpoint.npz'), makeZip());
    const found = await listCheckpoints({ path: folder }, layout);
    expect(found.map(({ step }) => step)).toEqual([30, 40]);
    const whole = await Promise.all(found.map((checkpoint) => checkCheckpoint(checkpoint, layout)));
    expect(whole.map((each) => each.whole)).toEqual([true, false]);
  });
});
