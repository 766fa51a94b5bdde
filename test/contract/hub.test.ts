import { createHash, randomBytes } from 'node:crypto';
import {
  checkRepoAccess,
  commit,
  createRepo,
  deleteFile,
  deleteRepo,
  downloadFile,
  listCommits,
  listModels,
  modelInfo,
  pathsInfo,
  repoExists,
  whoAmI,
} from '@huggingface/hub';
import { describe, expect, test } from 'vitest';
import { hubTokens, makeHub, unknownToken } from '../helpers/hub.js';
import {
  accessToken,
  filesOf,
  makeRepo,
  push,
  repo,
  sha256,
  statusOf,
  upload,
} from '../helpers/hub-client.js';

describe('with the official client', () => {
  test('creates, uploads, lists with sizes and hashes, downloads, deletes', async () => {
    const hub = await makeRepo({ now: () => Date.UTC(2026, 4, 3) });
    const weights = randomBytes(700_000);
    const config = '{"r": 8}\n';
    const done = await push(hub, {
      'adapter_config.json': config,
      'adapter_model.safetensors': weights,
      'gguf/mini-Q4_K_M.gguf': randomBytes(4000),
    });

    const entries = await filesOf(hub);
    expect(entries.map(({ type, path, size }) => [type, path, size])).toEqual([
      ['file', 'adapter_config.json', 9],
      ['file', 'adapter_model.safetensors', 700_000],
      ['directory', 'gguf', 0],
      ['file', 'gguf/mini-Q4_K_M.gguf', 4000],
    ]);
    expect(entries[1]?.lfs).toMatchObject({ oid: sha256(weights), size: 700_000 });
    // As `git hash-object` says of these bytes.
    const blob = createHash('sha1').update(`blob 9\0${config}`).digest('hex');
    expect(entries[0]).toMatchObject({ oid: blob });
    expect(entries[0]).not.toHaveProperty('lfs');

    const at = { repo, accessToken, hubUrl: hub.url };
    const whole = await downloadFile({ ...at, path: 'adapter_model.safetensors' });
    expect(sha256(Buffer.from((await whole?.arrayBuffer()) ?? new ArrayBuffer(0)))).toBe(sha256(weights));
    expect(await downloadFile({ ...at, path: 'absent.txt' })).toBeNull();
    const info = await modelInfo({
      name: repo,
      accessToken,
      hubUrl: hub.url,
      additionalFields: ['author', 'sha'],
    });
    expect(info).toMatchObject({ name: repo, private: true, author: 'tess', sha: done?.commit.oid });
    expect(info.updatedAt).toEqual(new Date(Date.UTC(2026, 4, 3)));
    expect(done?.commit.url).toBe(`${hub.url}/${repo}/commit/${done?.commit.oid}`);

    await deleteFile({ ...at, path: 'gguf/mini-Q4_K_M.gguf' });
    expect((await filesOf(hub)).map(({ path }) => path)).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
    ]);
    const [found] = await pathsInfo({ ...at, paths: ['adapter_model.safetensors'] });
    expect(found).toMatchObject({ size: 700_000, lfs: { oid: sha256(weights) } });
    const titles: string[] = [];
    for await (const { title } of listCommits(at)) titles.push(title);
    expect(titles).toHaveLength(3);
    await deleteRepo({ repo, accessToken, hubUrl: hub.url });
    expect(await repoExists({ repo, accessToken, hubUrl: hub.url })).toBe(false);
  });

  test('lists over several answers', async () => {
    const hub = await makeRepo({ pageSize: 3 });
    const names = Array.from({ length: 8 }, (_, at) => `part-${at}.txt`);
    await push(hub, Object.fromEntries(names.map((name) => [name, name])));
    expect((await filesOf(hub)).map(({ path }) => path)).toEqual(names);
    expect(hub.arrived.filter(({ path }) => path.includes('/tree/'))).toHaveLength(3);
  });

  test('sends large objects in parts', async () => {
    const hub = await makeRepo({ multipartBytes: 1000, partBytes: 4096 });
    const data = randomBytes(10_000);
    await push(hub, { 'a.bin': data });
    expect((await filesOf(hub))[0]?.lfs).toMatchObject({ oid: sha256(data), size: 10_000 });
    const parts = hub.arrived.filter(({ method, path }) => method === 'PUT' && upload.test(path));
    expect(parts.map(({ bytes }) => bytes).sort((one, other) => other - one)).toEqual([4096, 4096, 1808]);
  });

  test('does not ask again for an object that it has', async () => {
    const hub = await makeRepo();
    const data = randomBytes(5000);
    await push(hub, { 'a.bin': data });
    await push(hub, { 'again.bin': data });
    expect(hub.arrived.filter(({ path }) => upload.test(path))).toHaveLength(1);
    expect((await filesOf(hub)).map(({ path }) => path)).toEqual(['a.bin', 'again.bin']);
  });

  test('keeps what is too large by hash and size', async () => {
    const hub = await makeRepo({ keepBytes: 1000 });
    const data = randomBytes(5000);
    await push(hub, { 'a.bin': data });
    expect((await filesOf(hub))[0]).toMatchObject({ size: 5000, lfs: { oid: sha256(data) } });
    expect(hub.repos.find('model', repo)?.commits.at(-1)?.files.get('a.bin')?.data).toBeUndefined();
  });

  test('refuses a commit that names an object nobody sent, and bad metadata', async () => {
    const hub = await makeRepo();
    const line = { key: 'lfsFile', value: { path: 'a.bin', algo: 'sha256', size: 3, oid: 'ab'.repeat(32) } };
    const answer = await fetch(`${hub.url}/api/models/${repo}/commit/main`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${accessToken}` },
      body: [{ key: 'header', value: { summary: 'x' } }, line].map((each) => JSON.stringify(each)).join('\n'),
    });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('does not exist')]);
    expect(await statusOf(push(hub, { 'README.md': '---\ntags: [a\n---\n' }))).toBe(400);
    expect(await statusOf(push(hub, { 'README.md': '---\nbase_model: "no id"\n---\n' }))).toBe(400);
    expect(await statusOf(push(hub, { 'README.md': '---\ntags: [a]\nbase_model: x/y\n---\n# A' }))).toBe(
      'done',
    );
    expect((await filesOf(hub)).map(({ path }) => path)).toEqual(['README.md']);
  });

  test('refuses a commit on top of another than the last', async () => {
    const hub = await makeRepo();
    const operations = [{ operation: 'delete', path: 'x' } as const];
    const stale = {
      repo,
      accessToken,
      hubUrl: hub.url,
      title: 'x',
      parentCommit: '0'.repeat(40),
      operations,
    };
    expect(await statusOf(commit(stale))).toBe(412);
  });
});

describe('rights', () => {
  test('tells whose a token is and what it may', async () => {
    const { url: hubUrl } = await makeHub();
    const who = await whoAmI({ accessToken, hubUrl });
    expect(who).toMatchObject({ type: 'user', name: 'tess', auth: { accessToken: { role: 'write' } } });
    expect(who.type === 'user' && who.orgs.map(({ name }) => name)).toEqual(['vault-labs', 'onlookers']);
    const narrow = await whoAmI({ accessToken: hubTokens.fineGrained.value, hubUrl });
    expect(narrow.auth.accessToken).toMatchObject({
      role: 'fineGrained',
      fineGrained: {
        scoped: [
          { entity: { type: 'user', name: 'tess' }, permissions: ['repo.content.read', 'repo.write'] },
        ],
      },
    });
  });

  test('answers 401 to no token, a malformed one, one that nobody has and one that was revoked', async () => {
    const hub = await makeHub();
    for (const authorization of [undefined, 'Bearer', 'Bearer nonsense', `Bearer ${unknownToken}`]) {
      const headers = authorization === undefined ? {} : { authorization };
      expect((await fetch(`${hub.url}/api/whoami-v2`, { headers })).status).toBe(401);
    }
    hub.tokens.revoke(hubTokens.read.value);
    expect(await statusOf(whoAmI({ accessToken: hubTokens.read.value, hubUrl: hub.url }))).toBe(401);
  });

  test.each([
    ['write', 'tess', 'done'],
    ['write', 'vault-labs', 'done'],
    ['write', 'onlookers', 403],
    ['write', 'sam', 403],
    ['read', 'tess', 403],
    ['fineGrained', 'tess', 'done'],
    ['fineGrained', 'vault-labs', 403],
    ['fineGrainedElsewhere', 'tess', 403],
    ['fineGrainedElsewhere', 'vault-labs', 'done'],
  ] as const)('%s in %s: %s', async (kind, namespace, expected) => {
    const { url: hubUrl } = await makeHub();
    const creating = createRepo({
      repo: `${namespace}/new`,
      accessToken: hubTokens[kind].value,
      hubUrl,
    });
    expect(await statusOf(creating)).toBe(expected);
  });

  test('hides a private repository, and takes no push with a read token', async () => {
    const hub = await makeRepo();
    const look = (token?: string) =>
      statusOf(
        checkRepoAccess({ repo, hubUrl: hub.url, ...(token !== undefined && { accessToken: token }) }),
      );
    expect(await look()).toBe(401);
    expect(await look(hubTokens.stranger.value)).toBe(404);
    expect(await look(hubTokens.read.value)).toBe('done');
    expect(await statusOf(push(hub, { 'a.txt': 'a' }, hubTokens.read.value))).toBe(403);
  });

  test('says 409 to a repository that is there, 400 to an illegal name, and knows datasets apart', async () => {
    const { url: hubUrl } = await makeRepo();
    const at = { accessToken, hubUrl };
    expect(await statusOf(createRepo({ repo, ...at }))).toBe(409);
    expect(await statusOf(createRepo({ repo: 'datasets/tess/mini', ...at }))).toBe('done');
    expect(await repoExists({ repo: 'datasets/tess/mini', ...at })).toBe(true);
    for (const name of ['a--b', 'a..b', '-a', 'a.', 'a.git', 'a b', 'x'.repeat(97)])
      expect([name, await statusOf(createRepo({ repo: `tess/${name}`, ...at }))]).toEqual([name, 400]);
    const names: string[] = [];
    for await (const model of listModels({ ...at, search: { owner: 'tess' } })) names.push(model.name);
    expect(names).toEqual([repo]);
  });
});
