import { readdirSync, readlinkSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkModelFolder, checkWeightsFile } from '../../src/services/toolset/weights.js';
import {
  checkpointsOf,
  factsOf,
  lines,
  logOf,
  mean,
  newestRun,
  numbers,
  parseLines,
  readJson,
  whole,
} from '../helpers/toolset-runs.js';
import { makeDesk, makeHost, readManifest } from '../helpers/toolset-tree.js';
import { makeToolset, startTrainer } from '../helpers/toolset.js';

describe.each(['2025', '2026'] as const)('the miniature toolset in the layout of %s', (layout) => {
  it('is one that the bot plans without findings, with the steps that the trainers then say', async () => {
    const toolset = await makeToolset({ layout, maxSteps: -1 });
    const { env } = makeHost(join(toolset.root, 'host'));
    const desk = makeDesk(toolset.root, { manifest: readManifest(layout), env, environment: 'none' });
    for (const [platform, method, total] of [
      ['rtx', 'sft', 60],
      ['rtx', 'kto', 50],
      ['mac', 'mlx', 60],
    ] as const) {
      const plan = await desk.plan({ platform, method, overrides: {}, dryRun: false });
      expect(plan.findings).toEqual([]);
      expect(plan.totalSteps).toBe(total);
      if (method === 'mlx') continue;
      expect((await startTrainer(toolset, method, ['--dry-run'])).stdout).toContain(`, ${total} in all`);
    }
  });

  it('trains kto: files by value, and margins that climb', async () => {
    const toolset = await makeToolset({ layout, maxSteps: 16, saveSteps: 4 });
    const result = await startTrainer(toolset, 'kto', ['--model-name', 'some/model']);
    expect(result.exitCode, result.all).toBe(0);
    const run = newestRun(toolset, 'kto');
    expect(basename(run)).toMatch(/^\d{8}_\d{6}$/);
    const output = layout === '2025' ? 'kto_output_rtx3090' : 'kto_output';
    const facts = factsOf(result.all, 16);
    expect(facts).toMatchObject({ runFolder: `./${output}/${basename(run)}`, totalSteps: 16, saving: true });
    expect(factsOf(result.stderr, 16)).toMatchObject({ step: 16, totalSteps: 16 });
    expect(readdirSync(run).toSorted()).toEqual([
      'checkpoints',
      'final_model',
      'logs',
      'training_lineage.json',
    ]);

    const log = readdirSync(join(run, 'logs')).toSorted();
    expect(log[0]).toMatch(/^training_\d{8}_\d{6}\.jsonl$/);
    expect(log.slice(1)).toEqual(['training_latest.jsonl']);
    expect(readlinkSync(join(run, 'logs', 'training_latest.jsonl'))).toBe(log[0]);
    const entries = parseLines(logOf(run));
    expect(numbers(entries, 'step')).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 16]);
    expect(Object.keys(entries[0] ?? {}).toSorted()).toEqual(
      `epoch grad_norm interval_time kl learning_rate logits/chosen logits/rejected logps/chosen logps/rejected loss
       rewards/chosen rewards/margins rewards/rejected step timestamp`.split(/\s+/),
    );
    expect(entries[0]?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    expect(entries.at(-1)).toMatchObject({
      step: 16,
      train_runtime: expect.any(Number),
      train_samples_per_second: expect.any(Number),
      train_steps_per_second: expect.any(Number),
      total_flos: expect.any(Number),
      train_loss: expect.closeTo(mean(numbers(entries, 'loss')), 10),
    });
    expect(entries.at(-1)).not.toHaveProperty('loss');

    // With weights of 1 the loss of the paper begins at 1 - sigmoid(0).
    expect(numbers(entries, 'loss')[0]).toBeCloseTo(0.5, 2);
    const margins = numbers(entries, 'rewards/margins');
    expect(Math.abs(margins[0] ?? 1)).toBeLessThan(0.05);
    expect(margins.at(-1)).toBeGreaterThan(0.2);
    expect(mean(margins.slice(-3))).toBeGreaterThan(mean(margins.slice(0, 3)) + 0.15);
    expect(mean(numbers(entries, 'loss').slice(-3))).toBeLessThan(0.49);
    for (const entry of entries.slice(0, -1)) {
      const margin = Number(entry['rewards/chosen']) - Number(entry['rewards/rejected']);
      expect(entry['rewards/margins']).toBeCloseTo(margin, 10);
      expect(entry.kl).toBeGreaterThanOrEqual(0);
    }

    expect(checkpointsOf(run)).toEqual(['checkpoint-12', 'checkpoint-16', 'checkpoint-8']);
    const newest = join(run, 'checkpoints', 'checkpoint-16');
    for (const folder of [newest, join(run, 'final_model')]) {
      expect(await checkModelFolder(folder)).toEqual(whole);
      expect(readJson(folder, 'adapter_config.json')).toMatchObject({
        base_model_name_or_path: 'some/model',
        peft_type: 'LORA',
        r: 8,
      });
    }
    expect(await checkWeightsFile(join(newest, 'optimizer.pt'))).toEqual(whole);
    expect(readJson(newest, 'trainer_state.json')).toMatchObject({
      global_step: 16,
      max_steps: 16,
      best_model_checkpoint: null,
      log_history: entries.slice(0, -1),
    });
    expect(readJson(run, 'training_lineage.json')).toMatchObject({
      training_type: 'kto',
      model: { base_model: 'some/model' },
      lora: { r: 8 },
      training: { save_steps: 4 },
      dataset: { examples: 400 },
      hardware: {},
      results: { final_step: 16, total_epochs: 0.32, final_loss: expect.any(Number) },
    });
  });

  it('trains sft: an entry every 5 steps, and a loss that falls', async () => {
    const toolset = await makeToolset({ layout, maxSteps: 30, saveSteps: 10 });
    const result = await startTrainer(toolset, 'sft', ['--split-dataset']);
    expect(result.exitCode, result.all).toBe(0);
    const entries = parseLines(logOf(newestRun(toolset, 'sft')));
    const training = entries.filter((entry) => 'loss' in entry);
    expect(numbers(training, 'step')).toEqual([5, 10, 15, 20, 25, 30]);
    const losses = numbers(training, 'loss');
    expect(mean(losses.slice(-2))).toBeLessThan(0.85 * mean(losses.slice(0, 2)));
    // Warm-up over a tenth of the steps, then half a cosine: highest early, near zero at the end.
    const rates = numbers(training, 'learning_rate');
    expect(rates[0]).toBeGreaterThan(9e-4);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
    expect(rates.at(-1)).toBeLessThan(1e-5);
    // What is held back is learned too.
    const held = entries.filter((entry) => 'eval_loss' in entry);
    expect(numbers(held, 'step')).toEqual([10, 20, 30]);
    expect(held[0]).not.toHaveProperty('loss');
    expect(numbers(held, 'eval_loss')[2]).toBeLessThan(0.95 * (numbers(held, 'eval_loss')[0] ?? 0));
  });

  it('trains in the way of mlx: nested metrics, npz checkpoints, one set of outputs', async () => {
    const toolset = await makeToolset({ layout, maxSteps: 10, saveSteps: 2 });
    const run = toolset.runsDir('mlx');
    const first = await startTrainer(toolset, 'mlx');
    expect(first.exitCode, first.all).toBe(0);
    expect(first.stdout).toContain('No answer on standard input');
    expect(checkpointsOf(run)).toEqual([
      'best_checkpoint.npz',
      'checkpoint_step_10.npz',
      'checkpoint_step_6.npz',
      'checkpoint_step_8.npz',
    ]);
    for (const name of checkpointsOf(run)) {
      expect(await checkWeightsFile(join(run, 'checkpoints', name))).toEqual(whole);
    }
    expect(await checkModelFolder(join(run, 'outputs', 'final_model'))).toEqual(whole);
    const entries = parseLines(readFileSync(join(run, 'logs', 'training.jsonl'), 'utf8'));
    const metrics = entries.filter(({ level }) => level === 'METRICS');
    expect(numbers(metrics, 'step')).toEqual([2, 4, 5, 6, 8, 10, 10]);
    expect(metrics.find(({ step }) => step === 5)).toMatchObject({
      timestamp: expect.any(String),
      logger: 'mlx_trainer',
      message: 'step 5',
      metrics: { lr: expect.any(Number), step_time: expect.any(Number), tokens_per_sec: expect.any(Number) },
    });
    expect(metrics[0]).toMatchObject({ step: 2, metrics: { eval_loss: expect.any(Number) } });

    const second = await startTrainer(toolset, 'mlx', ['--resume', 'checkpoints/checkpoint_step_6.npz']);
    expect(second.exitCode, second.all).toBe(0);
    const all = parseLines(readFileSync(join(run, 'logs', 'training.jsonl'), 'utf8'));
    const again = all.slice(entries.length).filter(({ level }) => level === 'METRICS');
    expect(numbers(again, 'step')).toEqual([8, 10, 10]);
    expect(again.at(-1)).toMatchObject({ metrics: metrics.at(-1)?.metrics });
  });

  it('goes on from a checkpoint in a new folder, to the same figures', async () => {
    const toolset = await makeToolset({ layout, maxSteps: 8, saveSteps: 4 });
    const first = await startTrainer(toolset, 'kto');
    expect(first.exitCode, first.all).toBe(0);
    const old = newestRun(toolset, 'kto');
    const resumed = await startTrainer(toolset, 'kto', [
      '--resume-from-checkpoint',
      join(old, 'checkpoints', 'checkpoint-4'),
    ]);
    expect(resumed.exitCode, resumed.all).toBe(0);
    const run = newestRun(toolset, 'kto');
    expect(run).not.toBe(old);
    const [before, after] = [lines(logOf(old)), lines(logOf(run))];
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    const figures = (text: string[]): number[][] =>
      ['step', 'loss', 'rewards/margins'].map((key) => numbers(parseLines(text.slice(2, 4).join('\n')), key));
    expect(figures(after)[0]).toEqual([6, 8]);
    figures(before).forEach((values, key) =>
      // Weights are stored in single precision.
      values.forEach((value, at) => expect(figures(after)[key]?.[at]).toBeCloseTo(value, 5)),
    );
  });
});

it('leaves a run of the older layout behind when told to', async () => {
  const toolset = await makeToolset({ layout: '2026', leftOvers: true });
  const old = join(toolset.root, 'Trainers', 'rtx3090_kto', 'kto_output_rtx3090');
  expect(await checkModelFolder(join(old, readdirSync(old)[0] ?? '', 'final_model'))).toEqual(whole);
});
