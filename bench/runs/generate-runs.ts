import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChance } from '../metrics/generate-log.js';

/** Of ten runs so many came to their end. */
const finishedOfTen = 7;

/** Writes runs as trainers leave them, a minute apart, but without the weights: no listing looks at them. */
export function generateRuns(dir: string, count: number, chance = createChance(11)): void {
  const start = Date.UTC(2025, 0, 1);
  for (let index = 0; index < count; index += 1) {
    const at = new Date(start + index * 60_000);
    const name = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
    const run = join(dir, name);
    mkdirSync(join(run, 'logs'), { recursive: true });
    writeFileSync(join(run, `logs/training_${name}.jsonl`), '{"step": 5, "loss": 0.5}\n');
    for (const step of [50, 100]) mkdirSync(join(run, `checkpoints/checkpoint-${step}`), { recursive: true });
    if (chance() * 10 < finishedOfTen) mkdirSync(join(run, 'final_model'));
    utimesSync(run, at.getTime() / 1000, at.getTime() / 1000);
  }
}

/** A toolset of the 2026 layout with two trainers and nothing to train with. */
export function generateToolset(root: string): void {
  for (const method of ['sft', 'kto']) {
    mkdirSync(join(root, `Trainers/${method}/configs`), { recursive: true });
    appendFileSync(join(root, `Trainers/${method}/train_${method}.py`), '');
    writeFileSync(
      join(root, `Trainers/${method}/configs/config.yaml`),
      'model: { model_name: unsloth/mistral-7b-v0.3-bnb-4bit }\ntraining: { learning_rate: 2e-4 }\n',
    );
  }
}
