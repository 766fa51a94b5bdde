import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { as, badAnswers } from '../helpers/sandbox.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { waitFor } from '../helpers/wait-for.js';
import { full, makeRig, tell } from './rig.js';

const jobs = full ? 20 : 6;
const seconds = full ? 60 : 8;
const interactionsASecond = 20;

/** Writes ten lines of output and ten entries of metrics a second. */
const trainer = `
import json, os, sys, time
run = "runs/" + time.strftime("%Y%m%d_%H%M%S_") + str(os.getpid())
os.makedirs(run + "/logs")
print("Training run directory: ./" + run, flush=True)
with open(run + "/logs/training_20250101_000000.jsonl", "w", buffering=1) as log:
    for step in range(1, 1000000):
        time.sleep(0.1)
        loss = 2 / (1 + step / 100)
        print(f" {step}/1000000 | {loss:8.4f} | 1.00e-06 |", flush=True)
        log.write(json.dumps({"step": step, "loss": loss, "grad_norm": 1.0, "learning_rate": 1e-6, "epoch": step / 1e6}) + "\\n")
`;

const manifest = `
title: Load
detect: [trainer/train.py]
datasets: [data]
platforms:
  here:
    label: Here
    environment: none
    methods:
      load:
        label: Load
        folder: trainer
        config: config.yaml
        program: [train.py]
        settings:
          max_steps: { label: Max steps, at: max_steps, type: integer, min: 1 }
        dataset: { shape: none }
        flags: {}
        runs: { kind: folders, folder: runs }
        log: { files: logs/training_*.jsonl, format: flat }
        checkpoints: checkpoints/checkpoint-*
        finalModel: final_model
        columns: [{ key: loss, label: Loss, better: lower, main: true }]
`;

async function makeLoadToolset() {
  const root = await makeTempDir();
  mkdirSync(join(root, 'trainer'));
  writeFileSync(join(root, 'trainer/train.py'), trainer);
  writeFileSync(join(root, 'trainer/config.yaml'), 'max_steps: 1000000\n');
  return { root, manifest };
}

/** Resident memory in MiB and seconds of a core used so far (proc_pid_stat(5), proc_pid_status(5)). */
function figuresOf(pid: number): { readonly memoryMiB: number; readonly coreSeconds: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { memoryMiB: Number(kib) / 1024, coreSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
}

test.skipIf(process.platform !== 'linux')(
  `${jobs} jobs of ten lines a second, ${interactionsASecond} interactions a second for ${seconds} s`,
  async () => {
    const rig = await makeRig({ slots: jobs, toolset: await makeLoadToolset() });
    await rig.start();
    const tess = as(rig.sandbox, 'tess');
    for (let job = 1; job <= jobs; job += 1) {
      const { outcome } = await tess.command('/train platform:here method:load');
      if (outcome.kind !== 'deferred') throw new Error(outcome.kind);
      await waitFor(() => !outcome.message.loading);
      await tess.press(outcome.message, 'Start');
    }
    await waitFor(() => rig.jobs().filter(({ state }) => state.name === 'running').length === jobs, {
      timeoutMs: 60_000,
      everyMs: 200,
    });
    const pid = rig.bot?.pid ?? 0;
    const memory: number[] = [];
    const ackMs: number[] = [];
    const pending: Promise<void>[] = [];
    const before = figuresOf(pid);
    const began = performance.now();
    for (let count = 0; count < seconds * interactionsASecond; count += 1) {
      // By the clock, not one after another: a slow answer does not slow the questions down.
      await pause(Math.max(0, began + (count * 1000) / interactionsASecond - performance.now()));
      const asked = tess.command('/train platform:here method:load dry_run:false').then(({ interaction }) => {
        ackMs.push(interaction.ackMs ?? Infinity);
      });
      pending.push(asked);
      if (count % interactionsASecond === 0) memory.push(figuresOf(pid).memoryMiB);
    }
    await Promise.all(pending);
    const used = figuresOf(pid).coreSeconds - before.coreSeconds;
    const sorted = ackMs.toSorted((a, b) => a - b);
    const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Infinity;
    const half = Math.floor(memory.length / 2);
    const [first, second] = [Math.max(...memory.slice(0, half)), Math.max(...memory.slice(half))];
    tell(`${jobs} jobs, ${interactionsASecond} interactions a second, ${seconds} s`, {
      acknowledged: ackMs.length,
      'p50 (ms)': (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1),
      'p99 (ms)': p99.toFixed(1),
      'memory at first (MiB)': Math.round(memory[0] ?? 0),
      'highest of the first half (MiB)': Math.round(first),
      'highest of the second half (MiB)': Math.round(second),
      'CPU (share of a core)': `${Math.round((used / ((performance.now() - began) / 1000)) * 100)} %`,
      'refusals for speed': rig.sandbox.limits.refused,
    });
    expect(ackMs).toHaveLength(seconds * interactionsASecond);
    expect(p99).toBeLessThan(250);
    expect(second).toBeLessThan(first * 1.5 + 50);
    expect(badAnswers(rig.sandbox).filter((answer) => !answer.includes('429'))).toEqual([]);
  },
  300_000,
);
