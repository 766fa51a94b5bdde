import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProposedPlan } from '../../../src/domain/plan.js';
import type { TrainPlan } from '../../../src/domain/train-plan.js';
import { UserError } from '../../../src/domain/user-error.js';
import { createToolset } from '../../../src/services/toolset/create-toolset.js';
import { createDatasetReader } from '../../../src/services/toolset/dataset-reader.js';
import { createEnvironmentChecks } from '../../../src/services/toolset/environment-checks.js';
import { parseManifest } from '../../../src/services/toolset/manifest/parse-manifest.js';
import { createTrainingDesk } from '../../../src/services/training/create-training-desk.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { alice, openJobs, plainKind } from '../../helpers/jobs.js';
import { renderMessage } from '../../helpers/render-message.js';
import { makeTempDir } from '../../helpers/temp-dir.js';
import { customIds, openCommands, titleOf } from './setup.js';

const config = `
model: { model_name: unsloth/mistral-7b-v0.3-bnb-4bit, max_seq_length: 2048, load_in_4bit: true }
lora: { r: 16, lora_alpha: 32, lora_dropout: 0.05 }
training:
  per_device_train_batch_size: 2
  gradient_accumulation_steps: 2
  learning_rate: 1e-6
  num_train_epochs: 1
  save_steps: 50
  beta: 0.1
dataset: { local_file: ../../Datasets/small.jsonl }
`;

function ktoLine(index: number, label: boolean): string {
  const conversations = [
    { role: 'user', content: `question ${index}` },
    { role: 'assistant', content: `answer ${index}` },
  ];
  return `${JSON.stringify({ conversations, label })}\n`;
}

/** A checkout with a kto and an sft trainer, described by the manifest that is shipped. */
async function openToolset(dataset: string) {
  const root = await makeTempDir();
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await put('Trainers/kto/configs/config.yaml', config);
  await put('Trainers/kto/train_kto.py', '');
  await put('Datasets/small.jsonl', dataset);
  const file = 'configs/toolsets/synaptic-2026.yaml';
  const parsed = parseManifest(await readFile(file, 'utf8'), file);
  if (!('manifest' in parsed)) throw new Error('the manifest has faults');
  const env = { PATH: process.env['PATH'] ?? '' };
  const training = createTrainingDesk({
    toolset: createToolset(root, parsed.manifest, { environment: 'none' }),
    environments: createEnvironmentChecks({ search: { python: 'python3', env }, env }),
    readDataset: createDatasetReader(),
    env,
    ownProcessGroups: () => [],
  });
  const only = <T>(plan: ProposedPlan, use: (plan: TrainPlan) => T): T => {
    if (plan.kind !== 'train') throw new Error('no training');
    return use(plan);
  };
  const kinds = plainKind();
  const setup = await openJobs({
    slots: [],
    kinds: {
      train: {
        ...kinds.train!,
        compare: (plan) => only(plan, training.compare),
        replan: (plan) => only(plan, training.replan),
      },
    },
  });
  return { root, setup, ...openCommands(setup, [], training) };
}

const mixed = Array.from({ length: 10 }, (_, index) => ktoLine(index, index % 2 === 0)).join('');

describe('/train over a toolset', () => {
  test('shows what will run, to the last argument', async () => {
    const { type } = await openToolset(mixed);
    const { replies } = await type({ method: 'kto', epochs: 2, learning_rate: '2e-6' }, alice);
    expect(checkMessage(replies[0]!)).toEqual([]);
    const text = renderMessage(replies[0]!);
    expect(titleOf(replies[0])).toBe('✅ Ready to start: kto on rtx');
    // 10 examples in batches of 2 × 2 are 3 steps an epoch.
    expect(text).toMatch(/Total steps +6\n/);
    expect(text).toMatch(/Epochs +2 {2}file: 1\n/);
    expect(text).toMatch(/Batch +2 × 2 = 4\n/);
    expect(text).toMatch(/Learning rate +2e-6 {2}file: 1e-6\n/);
    expect(text).toMatch(/LoRA +r 16, alpha 32/);
    expect(text).toContain('Dataset `Datasets/small.jsonl`');
    expect(text).toContain('10 examples');
    expect(text).toContain('5 desirable, 5 undesirable (50 : 50)');
    expect(text).toMatch(/python3 train_kto\.py --num-epochs 2 --learning-rate (?:2e-6|0\.000002)`/);
  });

  test('names what forbids the start, and disables the button', async () => {
    const { type, press, setup } = await openToolset(ktoLine(1, true).repeat(3));
    const { replies } = await type({}, alice);
    expect(titleOf(replies[0])).toBe('⛔ Cannot start: kto on rtx');
    expect(JSON.stringify(replies[0]?.components)).toMatch(/"label":"Start"[^}]*"disabled":true/);
    // A forged press of the disabled button comes to nothing.
    await expect(press(customIds(replies[0])[0]!, alice)).rejects.toThrow(UserError);
    expect(setup.jobDesk.list()).toEqual([]);
  });

  test('shows the plan anew when the dataset changed between plan and Start', async () => {
    const { type, press, root, setup } = await openToolset(mixed);
    const first = await type({}, alice);
    await appendFile(join(root, 'Datasets/small.jsonl'), ktoLine(11, true).repeat(2));
    const second = await press(customIds(first.replies[0])[0]!, alice);
    const text = renderMessage(second.replies[0]!);
    expect(text).toContain('♻️ **Changed since it was shown, so nothing was started.**');
    expect(text).toContain(String.raw`The dataset Datasets/small.jsonl has changed.`);
    expect(text).toContain('12 examples');
    expect(setup.jobDesk.list()).toEqual([]);
    await press(customIds(second.replies[0])[0]!, alice);
    expect(setup.jobDesk.list()).toHaveLength(1);
  });

  test('an edited value is checked as one typed, and runs', async () => {
    const { type, openModal, submit, press, setup } = await openToolset(mixed);
    const { replies } = await type({}, alice);
    const [, edit = ''] = customIds(replies[0]);
    const modal = await openModal(edit, alice);
    const fields = {
      dataset: 'Datasets/small.jsonl',
      epochs: '1',
      max_steps: '',
      batch_size: '2',
      learning_rate: '1e-6',
    };
    await expect(submit(modal.custom_id, alice, { ...fields, epochs: '-1' })).rejects.toThrow(UserError);
    const edited = await submit(modal.custom_id, alice, { ...fields, batch_size: '5' });
    await press(customIds(edited.replies[0])[0]!, alice);
    expect(setup.jobDesk.list()[0]?.plan.launch.argv.slice(1)).toEqual(['train_kto.py', '--batch-size', '5']);
  });

  test.each([
    [{ dataset: 'smal.jsonl' }, /Did you mean/],
    [{ batch_size: 0 }, /Batch size/],
    [{ resume_from: '../../etc/passwd' }, /no checkpoint/],
    [{ method: 'sft' }, /no training "sft"/],
  ])('refuses %j', async (options, why) => {
    const { type } = await openToolset(mixed);
    await expect(type(options, alice)).rejects.toThrow(why);
  });
});
