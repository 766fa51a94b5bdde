import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { UploadPlan } from '../../src/domain/upload-plan.js';
import { createToolset } from '../../src/services/toolset/create-toolset.js';
import { hubTokens } from '../helpers/hub.js';
import { runDeskOf } from '../helpers/run-desk.js';
import { newestRun } from '../helpers/toolset-runs.js';
import { fastTraining, makeToolset, startTrainer, type MiniatureToolset } from '../helpers/toolset.js';
import { readManifest, type Layout } from '../helpers/toolset-tree.js';
import { makeUploadDesk, planOne, type UploadSetup } from '../helpers/upload-desk.js';
import { expectPushed, filesOn } from '../helpers/upload-program.js';

async function trained(layout: Layout): Promise<MiniatureToolset> {
  const toolset = await makeToolset({ layout, maxSteps: 2 });
  const { exitCode, all } = await startTrainer(toolset, 'kto');
  expect(exitCode, all).toBe(0);
  return toolset;
}

/** A desk over the miniature. */
async function miniatureDesk(miniature: MiniatureToolset, layout: Layout) {
  const setup = await makeUploadDesk();
  const toolset = createToolset(miniature.root, readManifest(layout), { environment: 'none' });
  const runs = runDeskOf(toolset, setup.db);
  return { setup, runs, desk: setup.deskWith({ toolset, runs }) };
}

/** Runs what was planned, as a job would. */
async function run({ hub }: UploadSetup, { launch }: UploadPlan): Promise<void> {
  const [program, ...args] = launch.argv;
  const { exitCode, all } = await execa(program, args, {
    cwd: launch.cwd,
    env: {
      ...fastTraining,
      ...launch.env,
      MINI_STAGE_SECONDS: '0',
      MINI_UPLOAD_RATE: '0',
      HF_TOKEN: hubTokens.write.value,
      HF_ENDPOINT: hub.url,
    },
    stdin: 'ignore',
    all: true,
    reject: false,
  });
  expect(exitCode, all).toBe(0);
}

describe.each(['2025', '2026'] as const)('what was planned for the layout of %s', (layout) => {
  test('is what the upload program does, from the model of a run to the GGUF files of its repository', async () => {
    const miniature = await trained(layout);
    const { setup, runs, desk } = await miniatureDesk(miniature, layout);
    const before = await runs.listPage({}, 0);
    expect(before.total).toBe(1);
    const path = newestRun(miniature, 'kto');
    const plan = await planOne(desk, {
      repo: 'mini',
      source: { kind: 'models', models: [{ run: path.split('/').at(-1)!, checkpoint: 'final' }] },
      saveMethod: 'merged_16bit',
      quantizations: ['Q4_K_M'],
    });
    expect(plan.findings).toEqual([]);
    await run(setup, plan);
    const output = plan.outputDir!;
    expectPushed(
      setup.hub,
      [join(output, 'merged-16bit'), join(output, 'gguf')],
      'README.md',
      'training_lineage.json',
      'upload_manifest.json',
    );
    expect(setup.hub.repos.find('model', 'tess/mini')?.private).toBe(true);
    // The estimate is of the size that it comes to.
    const sent = filesOn(setup.hub).reduce((sum, { size }) => sum + size, 0);
    expect(plan.uploadBytes / sent).toBeGreaterThan(0.8);
    expect(plan.uploadBytes / sent).toBeLessThan(1.2);
    // The copies make no run and none look changed.
    expect(await runs.listPage({}, 0)).toEqual(before);

    const gguf = await planOne(desk, {
      source: { kind: 'hub', repoId: 'tess/mini' },
      quantizations: [],
      private: false,
    });
    expect(gguf.findings.map(({ code }) => code)).toEqual(['gguf-public']);
    await run(setup, gguf);
    expect(filesOn(setup.hub, gguf.repoId).map((file) => file.path)).toEqual(
      ['', '-Q4_K_M', '-Q5_K_M', '-Q8_0'].map((kind) => `mini${kind}.gguf`).toSorted(),
    );
  });

  test('of a checkpoint as an adapter is the folder as it stands', async () => {
    const miniature = await trained(layout);
    const { setup, desk } = await miniatureDesk(miniature, layout);
    const path = newestRun(miniature, 'kto');
    const plan = await planOne(desk, {
      repo: 'mini',
      source: { kind: 'models', models: [{ run: path.split('/').at(-1)!, checkpoint: 2 }] },
    });
    expect(plan.findings).toEqual([]);
    await run(setup, plan);
    const folder = join(path, 'checkpoints/checkpoint-2');
    expectPushed(setup.hub, [folder], 'README.md', 'training_lineage.json', 'upload_manifest.json');
    const sent = filesOn(setup.hub).filter((file) => readdirSync(folder).includes(file.path));
    expect(plan.uploadBytes).toBe(sent.reduce((sum, { size }) => sum + size, 0));
  });
});
