import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { UploadRequest } from '../../src/services/uploads/upload-desk.js';
import { writeProgram } from '../helpers/toolset-tree.js';
import { makeUploadDesk, planOne, type UploadSetup } from '../helpers/upload-desk.js';
import { codesOf, makeRepo, wordsOf } from '../helpers/upload-findings.js';

describe('GGUF files of a repository on the Hub', () => {
  const ofRepo = (repoId: string, hidden = false): Partial<UploadRequest> => ({
    source: { kind: 'hub', repoId },
    quantizations: ['Q4_K_M'],
    private: hidden,
  });

  async function makeSetup(): Promise<UploadSetup> {
    const setup = await makeUploadDesk();
    writeProgram(join(setup.root, 'Trainers/llama.cpp/llama-quantize'), '');
    return setup;
  }

  test('that is not there, or holds no weights', async () => {
    const setup = await makeSetup();
    expect(codesOf(await planOne(setup.desk, ofRepo('tess/none')))).toEqual(['blocker source-missing']);
    await makeRepo(setup, 'tess/text', false, 'README.md');
    expect(codesOf(await planOne(setup.desk, ofRepo('tess/text')))).toEqual(['blocker source-no-weights']);
  });

  test('become public, whatever the source is: so private is refused, and a private source is warned of', async () => {
    const setup = await makeSetup();
    await makeRepo(setup, 'tess/open', false, 'model.safetensors');
    await makeRepo(setup, 'tess/closed', true, 'model.safetensors');
    expect(codesOf(await planOne(setup.desk, ofRepo('tess/open')))).toEqual([]);
    const warned = await planOne(setup.desk, ofRepo('tess/closed'));
    expect(warned.private).toBe(false);
    expect(wordsOf(warned)).toEqual([
      'tess/closed is private, and its GGUF files in tess/closed-GGUF will be public. → ' +
        `Make tess/closed-GGUF as a private repository at ${setup.hub.url}/new first: it is taken as it is.`,
    ]);
    const refused = await planOne(setup.desk, ofRepo('tess/closed', true));
    expect(codesOf(refused)).toEqual(['blocker gguf-public']);

    // The remedy holds.
    await makeRepo(setup, 'tess/closed-GGUF', true);
    const mended = await planOne(setup.desk, ofRepo('tess/closed', true));
    expect(mended.private).toBe(true);
    expect(codesOf(mended)).toEqual([]);
  });

  test('need llama.cpp in the toolset: the one in the home folder is not looked at', async () => {
    const setup = await makeUploadDesk();
    await makeRepo(setup, 'tess/open', false, 'model.safetensors');
    expect(wordsOf(await planOne(setup.desk, ofRepo('tess/open')))).toEqual([
      `llama.cpp was not found (looked in ${setup.root}/Trainers/llama.cpp). → ` +
        `Build llama.cpp in ${setup.root}/Trainers/llama.cpp.`,
    ]);
  });

  test('are planned anew when the source has a new commit', async () => {
    const setup = await makeSetup();
    await makeRepo(setup, 'tess/open', false, 'model.safetensors');
    const plan = await planOne(setup.desk, ofRepo('tess/open'));
    await setup.parts.hub.commitText('tess/open', { path: 'model.safetensors', text: 'y', title: 'second' });
    expect(await setup.desk.compare(plan)).toEqual(['tess/open has a new commit.']);
    const anew = await setup.desk.replan(plan);
    expect(anew.kind === 'upload' && anew.source).not.toEqual(plan.source);
  });
});
