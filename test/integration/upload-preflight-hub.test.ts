import { describe, expect, test } from 'vitest';
import { createJobStore } from '../../src/db/job-store.js';
import { createHubClient } from '../../src/services/hub/create-hub-client.js';
import { hubTokens, unknownToken } from '../helpers/hub.js';
import { serve } from '../helpers/serve.js';
import { makeUploadDesk, planOne, type UploadSetup } from '../helpers/upload-desk.js';
import { codesOf, makeRepo, queueJob, wordsOf } from '../helpers/upload-findings.js';
import { makeUploadPlan } from '../helpers/upload-plan.js';

const withToken = (setup: UploadSetup, token: string | undefined) => setup.deskWith({ token });

describe('the token', () => {
  test('is missing, malformed, refused, or may only read', async () => {
    const setup = await makeUploadDesk();
    const make = `Make one with write permission at ${setup.hub.url}/settings/tokens and set HF_TOKEN.`;
    expect(wordsOf(await planOne(withToken(setup, undefined)))).toEqual([
      `No token of the Hub is set. → ${make}`,
    ]);
    for (const token of ['hf_', 'abc', 'hf_with space', 'hf_line\nbreak']) {
      const plan = await planOne(withToken(setup, token));
      expect(wordsOf(plan)).toEqual([
        `What HF_TOKEN holds is no token of the Hub: one is hf_ and letters and digits. → ${make}`,
      ]);
      expect(JSON.stringify(plan)).not.toContain(JSON.stringify(token).slice(1, -1) + '"');
    }
    expect(wordsOf(await planOne(withToken(setup, unknownToken)))).toEqual([
      `The Hub does not accept the token: it was revoked, has expired or is mistyped. → ${make}`,
    ]);
    expect(wordsOf(await planOne(withToken(setup, hubTokens.read.value)))).toEqual([
      `The token of tess may only read. → Make a token with write permission at ${setup.hub.url}/settings/tokens and set HF_TOKEN.`,
    ]);
  });

  test('is fine-grained, without write permission for this owner', async () => {
    const setup = await makeUploadDesk();
    const narrow = withToken(setup, hubTokens.fineGrained.value);
    expect(codesOf(await planOne(narrow))).toEqual([]);
    expect(wordsOf(await planOne(narrow, { repo: 'vault-labs/one' }))).toEqual([
      'The fine-grained token of tess has no write permission (repo.write) for vault-labs. → ' +
        `Give it that permission at ${setup.hub.url}/settings/tokens, or set another HF_TOKEN.`,
    ]);
    expect(wordsOf(await planOne(narrow, { repo: 'acme/one' }))).toEqual([
      'The fine-grained token of tess does not reach acme. → ' +
        `Choose one of tess, or give it write permission there at ${setup.hub.url}/settings/tokens.`,
    ]);
    const elsewhere = withToken(setup, hubTokens.fineGrainedElsewhere.value);
    expect(codesOf(await planOne(elsewhere))).toEqual(['blocker token-scope']);
    expect(codesOf(await planOne(elsewhere, { repo: 'vault-labs/one' }))).toEqual([]);
  });

  test('is fine-grained for one repository: that must be there', async () => {
    const setup = await makeUploadDesk();
    const token = setup.hub.tokens.add({
      ...hubTokens.fineGrained,
      value: 'hf_OneRepositoryAlone',
      scopes: [{ entity: 'tess/one', permissions: ['repo.write'] }],
    });
    const desk = withToken(setup, token.value);
    expect(codesOf(await planOne(desk))).toEqual(['blocker token-scope']);
    await makeRepo(setup, 'tess/one', false);
    expect(codesOf(await planOne(desk, { private: false }))).toEqual([]);
    expect(codesOf(await planOne(desk, { repo: 'two' }))).toEqual(['blocker token-scope']);
  });

  test('is a contributor’s, who may write to repositories of their own', async () => {
    const setup = await makeUploadDesk();
    const user = { name: 'kim', orgs: [{ name: 'vault-labs', role: 'contributor' as const }] };
    const token = setup.hub.tokens.add({ ...hubTokens.write, value: 'hf_ContributorKim', user });
    const desk = withToken(setup, token.value);
    expect(codesOf(await planOne(desk, { repo: 'vault-labs/new' }))).toEqual([]);
    await makeRepo(setup, 'vault-labs/old', true);
    expect(codesOf(await planOne(desk, { repo: 'vault-labs/old' }))).toEqual(['warning contributor']);
  });

  test('belongs to nobody of the owner, or to somebody who may only read there', async () => {
    const setup = await makeUploadDesk();
    expect(wordsOf(await planOne(setup.desk, { repo: 'acme/one' }))).toEqual([
      "The token is tess's, who is no member of acme. → Choose one of tess, vault-labs, or let acme take tess in.",
    ]);
    expect(wordsOf(await planOne(withToken(setup, hubTokens.stranger.value)))).toEqual([
      "The token is sam's, who is no member of tess. → Choose one of sam, or let tess take sam in.",
    ]);
    expect(wordsOf(await planOne(setup.desk, { repo: 'onlookers/one' }))).toEqual([
      'tess may only read in onlookers. → Choose another owner, or let onlookers give tess the role write.',
    ]);
    expect(codesOf(await planOne(setup.desk, { repo: 'vault-labs/one' }))).toEqual([]);
  });

  test('is spelled into the owner as the Hub has it', async () => {
    const { desk } = await makeUploadDesk();
    expect((await planOne(desk, { repo: 'Vault-LABS/one' })).repoId).toBe('vault-labs/one');
  });
});

describe('the Hub', () => {
  test('cannot be reached: nothing may start', async () => {
    const setup = await makeUploadDesk();
    await setup.hub.stop();
    expect(wordsOf(await planOne(setup.desk))).toEqual([
      `${setup.hub.url} cannot be reached (ECONNREFUSED). → ` +
        `Check the network of this machine and HF_ENDPOINT (${setup.hub.url}), then ask again.`,
    ]);
  });

  test('does not answer in time', async () => {
    const setup = await makeUploadDesk();
    const endpoint = await serve(() => undefined);
    const hub = createHubClient({ endpoint, token: hubTokens.write.value, limitMs: 60 });
    expect(codesOf(await planOne(setup.deskWith({ hub })))).toEqual(['blocker hub-unreachable']);
  });

  test.each([
    [503, 'hub-failing', 'Ask again in some minutes; status.huggingface.co tells of outages.'],
    [500, 'hub-failing', 'Ask again in some minutes; status.huggingface.co tells of outages.'],
    [429, 'hub-too-many', 'The Hub asks to slow down: ask again in 7 s.'],
    [403, 'hub-refuses', 'Choose another repository, or set the token of somebody who may.'],
  ])('answers %i, to the first question or a later one', async (status, code, remedy) => {
    const setup = await makeUploadDesk();
    for (const path of [/whoami/, /\/api\/models\//, /\/api\/spaces\//]) {
      setup.hub.faults.add({ kind: 'status', status, path, retryAfterSeconds: 7 });
      const { findings } = await planOne(setup.desk);
      expect(findings).toMatchObject([{ level: 'blocker', code, remedy }]);
      expect(findings[0]?.message).toContain(`The Hub answered ${status}`);
      setup.hub.faults.clear();
    }
    expect(codesOf(await planOne(setup.desk))).toEqual([]);
  });

  test('that fails between plan and press starts nothing, and is tried again by a job', async () => {
    const setup = await makeUploadDesk();
    const plan = await planOne(setup.desk);
    const job = queueJob(setup, makeUploadPlan({ repoId: 'tess/other' }));
    setup.hub.faults.add({ kind: 'status', status: 503 });
    await expect(setup.desk.compare(plan)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('The Hub answered 503'),
      remedy: 'Nothing was started. Press again in a while.',
    });
    await expect(setup.desk.compare(plan, job)).rejects.toMatchObject({ kind: 'failing', passes: true });
    // A job that was tried before asks for the files alone.
    expect(await setup.desk.compare(plan, { ...job, attempts: 1 })).toEqual([]);
  });
});

describe('the repository', () => {
  test('exists: what is there is told and asks for a confirmation of its own', async () => {
    const setup = await makeUploadDesk();
    await makeRepo(setup, 'tess/One', true, 'README.md');
    const { commits } = setup.hub.repos.find('model', 'tess/one')!;
    const plan = await planOne(setup.desk);
    expect(plan).toMatchObject({
      repoId: 'tess/One',
      private: true,
      overwrites: {
        owner: 'tess',
        private: true,
        commit: commits.at(-1)!.id,
        lastModifiedMs: commits.at(-1)!.date.getTime(),
        files: 1,
      },
    });
    const day = commits.at(-1)!.date.toISOString().slice(0, 10);
    expect(wordsOf(plan)).toEqual([
      `tess/One exists with 1 file, last changed on ${day}: files of the same names are overwritten. → ` +
        'Choose another name to keep it as it is.',
    ]);
    expect(codesOf(plan)).toEqual(['warning repo-exists']);
    expect(plan.launch.argv).toContain('tess/One');
  });

  test('exists and holds nothing yet', async () => {
    const setup = await makeUploadDesk();
    await makeRepo(setup, 'tess/one', true);
    const plan = await planOne(setup.desk);
    expect(codesOf(plan)).toEqual([]);
    expect(plan.overwrites).toBeUndefined();
  });

  test('is public where private was asked: the upload would show the model to everybody', async () => {
    const setup = await makeUploadDesk();
    await makeRepo(setup, 'tess/one', false);
    const plan = await planOne(setup.desk);
    expect(plan.private).toBe(true);
    expect(wordsOf(plan)).toEqual([
      'tess/one is public, and private was asked: the upload program does not change that. → ' +
        `Make it private at ${setup.hub.url}/tess/one/settings, choose another name, or ask for a public upload.`,
    ]);
    expect(codesOf(plan)).toEqual(['blocker repo-public']);
    expect(codesOf(await planOne(setup.desk, { private: false }))).toEqual([]);
  });

  test('is private where public was asked', async () => {
    const setup = await makeUploadDesk();
    await makeRepo(setup, 'tess/one', true);
    const plan = await planOne(setup.desk, { private: false });
    expect(plan.private).toBe(true);
    expect(codesOf(plan)).toEqual(['warning repo-private']);
    expect(await setup.desk.compare(plan)).toEqual([]);
  });

  test.each(['dataset', 'space'] as const)('is a %s', async (type) => {
    const setup = await makeUploadDesk();
    setup.hub.repos.create(type, 'tess/one', { private: true, author: 'tess' });
    const plan = await planOne(setup.desk);
    expect(wordsOf(plan)).toEqual([`tess/one is a ${type}, not a model. → Choose another name.`]);
    expect(codesOf(plan)).toEqual([`blocker repo-is-${type}`]);
  });

  test('is written to by another upload, waiting or running', async () => {
    const setup = await makeUploadDesk();
    const plan = await planOne(setup.desk);
    const job = queueJob(setup, makeUploadPlan({ repoId: 'Tess/one' }));
    expect(wordsOf(await planOne(setup.desk))).toEqual([
      `Job ${job.id} waits to upload to tess/one. → Wait for its end, cancel job ${job.id}, or choose another name.`,
    ]);
    expect(await setup.desk.compare(plan)).toEqual([`Job ${job.id} waits to upload to tess/one.`]);
    const jobs = createJobStore(setup.db);
    const starting = jobs.transition(job, { name: 'starting', at: 11, attempt: 1 })!;
    expect(codesOf(await planOne(setup.desk))).toEqual(['blocker upload-under-way']);
    expect(await setup.desk.compare(plan)).toEqual([`Job ${job.id} uploads to tess/one.`]);
    jobs.transition(starting, { name: 'lost', at: 12, why: 'x' });
    expect(codesOf(await planOne(setup.desk))).toEqual([]);
  });
});
