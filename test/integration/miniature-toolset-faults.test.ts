import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkModelFolder } from '../../src/services/toolset/weights.js';
import {
  checkpointsOf,
  factsOf,
  lines,
  logOf,
  newestRun,
  numbers,
  parseLines,
  whole,
} from '../helpers/toolset-runs.js';
import { makeToolset, startTrainer } from '../helpers/toolset.js';
import { waitFor } from '../helpers/wait-for.js';

describe('the miniature trainers, when something is wrong', () => {
  it('end with 130 on an interrupt, and keep what was saved', async () => {
    const toolset = await makeToolset({ layout: '2025', maxSteps: 1000, saveSteps: 1 });
    for (const method of ['kto', 'mlx'] as const) {
      const child = startTrainer(toolset, method, [], { MINI_STEP_SECONDS: '0.05' });
      const saved = await waitFor(() => {
        const run = method === 'mlx' ? toolset.runsDir('mlx') : newestRun(toolset, 'kto');
        return checkpointsOf(run).filter((name) => name.startsWith('checkpoint')).length > 1 && run;
      });
      child.kill('SIGINT');
      const result = await child;
      expect(result.exitCode, result.all).toBe(130);
      expect(result.stdout).toContain('Training interrupted by user');
      expect(readdirSync(saved)).not.toContain('final_model');
      expect(readdirSync(saved)).not.toContain('outputs');
    }
  });

  it('refuse a dataset: kto with exit code 0 and no model, sft with a traceback', async () => {
    const toolset = await makeToolset({ layout: '2026' });
    const path = join(toolset.root, 'Datasets', 'bad.jsonl');
    writeFileSync(path, '{"prompt":"a","completion":"b","label":true}\n'.repeat(20));
    const kto = await startTrainer(toolset, 'kto', ['--local-file', path]);
    expect(kto.exitCode).toBe(0);
    expect(lines(kto.stdout).at(-1)).toBe('Dataset validation failed. Exiting.');
    expect(readdirSync(toolset.trainerDir('kto'))).not.toContain('kto_output');
    writeFileSync(path, '{"text":"a"}\n');
    const sft = await startTrainer(toolset, 'sft', ['--local-file', path]);
    expect(sft.exitCode).toBe(1);
    expect(sft.stderr).toContain('Traceback (most recent call last)');
    expect(lines(sft.stderr).at(-1)).toContain("DatasetError: line 1: KeyError: 'prompt'");
  });

  it('stop before training on a dry run', async () => {
    const toolset = await makeToolset({ layout: '2026' });
    const result = await startTrainer(toolset, 'sft', [
      '--dry-run',
      '--num-epochs',
      '2',
      '--max-steps',
      '-1',
    ]);
    expect(result.exitCode, result.all).toBe(0);
    expect(result.stdout).toContain('360 examples, 60 steps an epoch, 120 in all');
    expect(result.stdout).toContain('Training was not started');
    expect(readdirSync(toolset.trainerDir('sft'))).not.toContain('sft_output');
  });

  it('diverge with a thousandfold learning rate', async () => {
    const toolset = await makeToolset({ layout: '2026', maxSteps: 10 });
    const result = await startTrainer(toolset, 'sft', ['--learning-rate', '1']);
    expect(result.exitCode, result.all).toBe(0);
    expect(numbers(parseLines(logOf(newestRun(toolset, 'sft'))), 'loss')[0]).toBeGreaterThan(100);
  });

  it('take the next name when the folder of this second is there', async () => {
    const toolset = await makeToolset({ layout: '2026', maxSteps: 1 });
    const names = async (): Promise<void> => {
      expect((await startTrainer(toolset, 'sft', ['--batch-size', '1'])).exitCode).toBe(0);
    };
    await Promise.all([names(), names(), names()]);
    expect(readdirSync(toolset.runsDir('sft'))).toHaveLength(3);
  });

  it.each([
    ['nan@3', 0, undefined],
    ['oom@3', 1, { outOfMemory: true }],
    ['crash@3', 1, { exception: 'RuntimeError: MINI_FAULT: crash at step 3' }],
  ])('have the fault %s', async (fault, exitCode, facts) => {
    const toolset = await makeToolset({ layout: '2026', maxSteps: 4 });
    const result = await startTrainer(toolset, 'kto', [], { MINI_FAULT: fault });
    expect(result.exitCode, result.all).toBe(exitCode);
    if (facts) expect(factsOf(result.all, 4)).toMatchObject(facts);
    const run = newestRun(toolset, 'kto');
    expect(readdirSync(run).includes('final_model')).toBe(exitCode === 0);
    expect(lines(logOf(run))[0]).toContain('"step": 2');
    if (exitCode === 0) expect(lines(logOf(run))[1]).toContain('"loss": NaN');
  });

  it('leave a broken checkpoint, and no final model, when told to', async () => {
    const toolset = await makeToolset({ layout: '2026', maxSteps: 4 });
    const result = await startTrainer(toolset, 'kto', [], {
      MINI_FAULT: 'short-checkpoint@4,no-final-model',
    });
    expect(result.exitCode, result.all).toBe(0);
    const run = newestRun(toolset, 'kto');
    expect(readdirSync(run).toSorted()).toEqual(['checkpoints', 'logs']);
    expect(await checkModelFolder(join(run, 'checkpoints', 'checkpoint-2'))).toEqual(whole);
    expect(await checkModelFolder(join(run, 'checkpoints', 'checkpoint-4'))).toMatchObject({
      whole: false,
      why: expect.stringContaining('adapter_model.safetensors has'),
    });
  });

  it('freeze when told to', async () => {
    const toolset = await makeToolset({ layout: '2026' });
    const child = startTrainer(toolset, 'kto', [], { MINI_FAULT: 'freeze@3' });
    const run = await waitFor(
      () => checkpointsOf(newestRun(toolset, 'kto')).length === 1 && newestRun(toolset, 'kto'),
    );
    // In the time of another whole run it does not get further, nor ends.
    expect((await startTrainer(toolset, 'sft')).exitCode).toBe(0);
    child.kill('SIGINT');
    expect((await child).exitCode).toBe(130);
    expect(numbers(parseLines(logOf(run)), 'step')).toEqual([2]);
  });

  it('ignore signals when told to', async () => {
    const toolset = await makeToolset({ layout: '2026', maxSteps: 8 });
    const child = startTrainer(toolset, 'kto', [], {
      MINI_FAULT: 'ignore-interrupt,ignore-terminate',
      MINI_STEP_SECONDS: '0.1',
    });
    await waitFor(() => checkpointsOf(newestRun(toolset, 'kto')).length > 0);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    const result = await child;
    expect(result.exitCode, result.all).toBe(0);
    expect(readdirSync(newestRun(toolset, 'kto'))).toContain('final_model');
  });
});
