import { describe, expect, test } from 'vitest';
import { createJobStore } from '../../src/db/job-store.js';
import { absentFile } from '../../src/services/toolset/pin-file.js';
import type { UploadRequest } from '../../src/services/uploads/upload-desk.js';
import { queueJob } from '../helpers/upload-findings.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import { createHubClient } from '../../src/services/hub/create-hub-client.js';
import { loadCard } from '../helpers/model-card.js';
import { hubTokens } from '../helpers/hub.js';
import { makeUploadDesk, planOne, runName } from '../helpers/upload-desk.js';
import { writeTree } from '../helpers/toolset-tree.js';

function modelAt(checkpoint: number): UploadRequest['source'] {
  return { kind: 'models', models: [{ run: runName, checkpoint }] };
}

describe('the model card', () => {
  test('carries metadata that the Hub takes, and what is known', async () => {
    const { desk, run, hub, parts } = await makeUploadDesk();
    hub.repos.create('model', 'sam/base-7b', { private: false, author: 'sam' });
    const sam = createHubClient({ endpoint: hub.url, token: hubTokens.stranger.value });
    const own = '---\nlicense: other\nlicense_name: base-licence\ntags: [base]\n---\n# Base\n';
    await sam.commitText('sam/base-7b', { path: 'README.md', text: own, title: 'card' });
    writeTree(run, {
      'training_lineage.json': JSON.stringify({
        training_type: 'kto',
        model: { base_model: 'sam/base-7b' },
        dataset: { dataset_name: 'tess/notes', examples: 120 },
        results: { final_loss: 0.4012345, note: 'a | b' },
      }),
    });
    const plan = await planOne(desk, { quantizations: ['Q4_K_M'] });
    expect(loadCard(await desk.card(plan))).toEqual({
      license: 'other',
      license_name: 'base-licence',
      library_name: 'peft',
      pipeline_tag: 'text-generation',
      base_model: 'sam/base-7b',
      base_model_relation: 'adapter',
      datasets: ['tess/notes'],
      tags: ['fine-tuned', 'kto', 'gguf'],
    });
    const text = await desk.card(plan);
    for (const part of [
      '# one',
      '| Margin | 0.9 |',
      '| Examples | 120 |',
      '| final loss | 0.40123 |',
      'a \\| b',
    ])
      expect(text).toContain(part);
    // The Hub takes it.
    hub.repos.create('model', 'tess/one', { private: true, author: 'tess' });
    await parts.hub.commitText('tess/one', { path: 'README.md', text, title: 'card' });
  });

  test('names what the job was planned with where the run says nothing, and nothing that the Hub would refuse', async () => {
    const { desk, run, db } = await makeUploadDesk();
    const planned = makeTrainPlan({
      settings: [{ key: 'model', label: 'Model', value: '/models/local: 7b' }],
      dataset: { ...absentFile('/d/notes.jsonl'), name: 'Datasets/notes.jsonl', examples: 7 },
    });
    createJobStore(db).setFacts(queueJob({ db }, planned).id, { runPath: run });
    const text = await desk.card(await planOne(desk, { source: modelAt(50), saveMethod: 'merged_4bit' }));
    expect(loadCard(text)).toEqual({
      library_name: 'transformers',
      pipeline_tag: 'text-generation',
      tags: ['fine-tuned', 'kto'],
    });
    for (const part of [
      '| Base model | /models/local: 7b |',
      '| Dataset | Datasets/notes.jsonl |',
      'step 50',
    ])
      expect(text).toContain(part);
  });

  test('is written while the Hub is away, without the licence', async () => {
    const { desk, run, hub } = await makeUploadDesk();
    writeTree(run, { 'training_lineage.json': '{"model":{"base_model":"sam/base-7b"},"results":7}' });
    const plan = await planOne(desk);
    await hub.stop();
    expect(loadCard(await desk.card(plan))).toMatchObject({ base_model: 'sam/base-7b' });
  });
});
