import { appendFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrainingDesk, TrainRequest } from '../../src/services/training/training-desk.js';
import { makeSafetensors, makeZip, writeCheckpoint } from '../helpers/model-files.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import {
  ktoLines,
  makeDesk,
  makeHost,
  readManifest,
  writeToolset,
  writeTree,
  type Layout,
} from '../helpers/toolset-tree.js';

async function setUp(layout: Layout): Promise<{ root: string; desk: TrainingDesk }> {
  const root = await makeTempDir();
  writeToolset(root, layout);
  const { env } = makeHost(await makeTempDir());
  return { root, desk: makeDesk(root, { manifest: readManifest(layout), env, environment: 'none' }) };
}

const kto: TrainRequest = { platform: 'rtx', method: 'kto', overrides: {}, dryRun: false };
const age = (path: string, seconds: number): void => utimesSync(path, seconds, seconds);

describe.each(['2025', '2026'] as const)('the training desk on the layout of %s', (layout) => {
  it('makes a plan without findings for each method', async () => {
    const { desk } = await setUp(layout);
    const choices = desk.listChoices();
    expect(choices.map(({ platform, method }) => `${platform} ${method}`)).toEqual([
      'rtx sft',
      'rtx kto',
      'mac mlx',
    ]);
    for (const { platform, method } of choices) {
      const plan = await desk.plan({ platform, method, overrides: {}, dryRun: false });
      expect(plan.findings).toEqual([]);
      expect(plan.totalSteps).toBeGreaterThan(0);
      // A plan is stored as JSON: nothing in it may be lost there.
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    }
  });

  it('offers whole checkpoints, newest run first, and resumes from the one chosen', async () => {
    const { root, desk } = await setUp(layout);
    const { layout: sft } = await desk.plan({ platform: 'rtx', method: 'sft', overrides: {}, dryRun: false });
    const [older, newer] = [join(sft.runsDir, '20251101_090000'), join(sft.runsDir, '20251122_143000')];
    writeCheckpoint(older, 50);
    writeCheckpoint(newer, 50);
    writeCheckpoint(newer, 100);
    writeCheckpoint(newer, 150, makeSafetensors().subarray(0, -1));
    age(older, 1000);
    age(newer, 2000);
    const offered = await desk.completeCheckpoints('', { platform: 'rtx', method: 'sft' });
    expect(offered.map(({ name }) => name)).toEqual([
      'sft 20251122_143000/checkpoint-100',
      'sft 20251122_143000/checkpoint-50',
      'sft 20251101_090000/checkpoint-50',
    ]);
    expect(await desk.completeCheckpoints('1101 sft', {})).toEqual([offered[2]]);
    expect(await desk.completeCheckpoints('', { method: 'kto' })).toEqual([]);
    const chosen = offered[0]?.value ?? '';
    expect(join(root, chosen)).toBe(join(newer, 'checkpoints/checkpoint-100'));
    const plan = await desk.plan({
      platform: 'rtx',
      method: 'sft',
      overrides: { epochs: 100 },
      resumeFrom: chosen,
      dryRun: false,
    });
    expect(plan.findings).toEqual([]);
    expect(plan.resumeFrom).toEqual({
      path: join(newer, 'checkpoints/checkpoint-100'),
      label: '20251122_143000/checkpoint-100',
      step: 100,
    });
    expect(plan.launch.argv.slice(-2)).toEqual([
      '--resume-from-checkpoint',
      join(newer, 'checkpoints/checkpoint-100'),
    ]);
  });

  it('resumes mlx from a file', async () => {
    const { root, desk } = await setUp(layout);
    const folder = join(root, 'Trainers/mistral_lora_mac/checkpoints');
    mkdirSync(folder);
    writeFileSync(join(folder, 'checkpoint_step_20.npz'), makeZip());
    writeFileSync(join(folder, 'best_checkpoint.npz'), makeZip());
    const [only, ...others] = await desk.completeCheckpoints('', { platform: 'mac' });
    expect(others).toEqual([]);
    const plan = await desk.plan({
      platform: 'mac',
      method: 'mlx',
      overrides: {},
      resumeFrom: only?.value ?? '',
      dryRun: false,
    });
    expect(plan.launch.argv.slice(-2)).toEqual(['--resume', join(folder, 'checkpoint_step_20.npz')]);
  });
});

describe('the training desk', () => {
  it('offers datasets, newest first, by any part of the name', async () => {
    const { root, desk } = await setUp('2026');
    const long = `Datasets/${'deep/'.repeat(20)}long.jsonl`;
    writeTree(root, { 'Datasets/tools/clean_v2.jsonl': ktoLines(1, 1), [long]: ktoLines(2, 2) });
    age(join(root, 'Datasets/kto.jsonl'), 3000);
    age(join(root, 'Datasets/tools/clean_v2.jsonl'), 2000);
    age(join(root, 'Datasets/sft.jsonl'), 1000);
    age(join(root, long), 500);
    const all = await desk.completeDatasets('');
    expect(all.map(({ name }) => name)).toEqual([
      'Datasets/kto.jsonl',
      'Datasets/tools/clean_v2.jsonl',
      'Datasets/sft.jsonl',
    ]);
    expect(await desk.completeDatasets('V2 tools')).toEqual([
      { name: 'Datasets/tools/clean_v2.jsonl', value: 'Datasets/tools/clean_v2.jsonl' },
    ]);
    expect(await desk.completeDatasets('nothing like it')).toEqual([]);
  });

  it('offers a name that is too long for Discord in short, and takes it', async () => {
    const { root, desk } = await setUp('2026');
    const long = `Datasets/${'x'.repeat(110)}/long.jsonl`;
    writeTree(root, { [long]: ktoLines(2, 2) });
    const [offered] = await desk.completeDatasets('long');
    expect(offered?.name).toHaveLength(100);
    expect(offered?.value.length).toBeLessThanOrEqual(100);
    const plan = await desk.plan({ ...kto, overrides: { dataset: offered?.value ?? '' } });
    expect(plan.dataset).toMatchObject({ name: long, examples: 4 });
  });

  it('finds runs of the old layout in a toolset of the new', async () => {
    const { root, desk } = await setUp('2026');
    writeCheckpoint(join(root, 'Trainers/rtx3090_kto/kto_output_rtx3090/20250101_000000'), 10);
    writeCheckpoint(join(root, 'Trainers/kto/kto_output/20260101_000000'), 20);
    age(join(root, 'Trainers/rtx3090_kto/kto_output_rtx3090/20250101_000000'), 1000);
    const offered = await desk.completeCheckpoints('', { method: 'kto' });
    expect(offered.map(({ name }) => name)).toEqual([
      'kto 20260101_000000/checkpoint-20',
      'kto 20250101_000000/checkpoint-10',
    ]);
  });

  it('tells what changed since a plan was made', async () => {
    const { root, desk } = await setUp('2026');
    writeCheckpoint(join(root, 'Trainers/kto/kto_output/run'), 3);
    const plan = await desk.plan({ ...kto, resumeFrom: 'run/checkpoint-3' });
    const dataset = join(root, 'Datasets/kto.jsonl');
    const config = join(root, 'Trainers/kto/configs/config.yaml');
    expect(await desk.compare(plan)).toEqual([]);
    // Touched, but the same: the hash says so.
    age(dataset, 1000);
    expect(await desk.compare(plan)).toEqual([]);
    appendFileSync(dataset, ktoLines(1, 0));
    appendFileSync(config, 'wandb: { enabled: true }\n');
    rmSync(join(root, 'Trainers/kto/kto_output/run/checkpoints/checkpoint-3'), { recursive: true });
    expect(await desk.compare(plan)).toEqual([
      'The dataset Datasets/kto.jsonl has changed.',
      `The config file ${config} has changed.`,
      'The checkpoint run/checkpoint-3 is not complete any more, or gone.',
    ]);
    rmSync(dataset);
    rmSync(config);
    expect((await desk.compare(plan)).slice(0, 2)).toEqual([
      'The dataset Datasets/kto.jsonl is not there any more.',
      `The config file ${config} is not there any more.`,
    ]);
  });

  it('tells that a config file has appeared', async () => {
    const { root, desk } = await setUp('2026');
    const config = join(root, 'Trainers/kto/configs/config.yaml');
    rmSync(config);
    const plan = await desk.plan(kto);
    expect(await desk.compare(plan)).toEqual([]);
    writeFileSync(config, 'seed: 1\n');
    expect(await desk.compare(plan)).toEqual([`The config file ${config} was not there and now is.`]);
  });

  it('makes the same request anew', async () => {
    const { root, desk } = await setUp('2026');
    writeCheckpoint(join(root, 'Trainers/kto/kto_output/run'), 3);
    const request: TrainRequest = {
      ...kto,
      overrides: { dataset: 'Datasets/kto.jsonl', batch_size: 2, learning_rate: 1e-5 },
      resumeFrom: 'run/checkpoint-3',
      dryRun: true,
      note: 'again',
    };
    const plan = await desk.plan(request);
    expect(await desk.replan(plan)).toEqual(plan);
    appendFileSync(join(root, 'Datasets/kto.jsonl'), ktoLines(20, 0));
    const anew = await desk.replan(plan);
    expect(anew.dataset?.examples).toBe(120);
    expect(anew.launch).toEqual(plan.launch);
    expect(anew.dataset?.sha256).not.toBe(plan.dataset?.sha256);
  });
});
