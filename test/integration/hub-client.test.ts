import { describe, expect, test } from 'vitest';
import { createHubClient, type HubClientOptions } from '../../src/services/hub/create-hub-client.js';
import { HubTrouble } from '../../src/services/hub/hub-trouble.js';
import { hubTokens, makeHub, unknownToken } from '../helpers/hub.js';
import { serve } from '../helpers/serve.js';
import { accessToken, makeRepo, push, repo, sha256 } from '../helpers/hub-client.js';

const newClient = (endpoint: string, over: Partial<HubClientOptions> = {}) =>
  createHubClient({ endpoint, token: accessToken, ...over });

async function troubleOf(doing: Promise<unknown>): Promise<HubTrouble> {
  const error = await doing.then(
    () => new Error('done'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof HubTrouble)) throw error;
  return error;
}

describe('an account', () => {
  test('of a token that may write', async () => {
    const hub = await makeHub();
    expect(await newClient(hub.url).readAccount()).toEqual({
      name: 'tess',
      tokenRole: 'write',
      namespaces: [
        { name: 'tess', role: 'admin', tokenMayWrite: true },
        { name: 'vault-labs', role: 'write', tokenMayWrite: true },
        { name: 'onlookers', role: 'read', tokenMayWrite: true },
      ],
      repos: [],
    });
  });

  test('of a token that may read', async () => {
    const hub = await makeHub();
    const { tokenRole, namespaces } = await newClient(hub.url, {
      token: hubTokens.read.value,
    }).readAccount();
    expect(tokenRole).toBe('read');
    expect(namespaces.some(({ tokenMayWrite }) => tokenMayWrite)).toBe(false);
  });

  test.each([
    [hubTokens.fineGrained, ['tess']],
    [hubTokens.fineGrainedElsewhere, ['vault-labs']],
  ])('of a fine-grained token, %#', async ({ value }, writable) => {
    const hub = await makeHub();
    const { tokenRole, namespaces } = await newClient(hub.url, { token: value }).readAccount();
    expect(tokenRole).toBe('fineGrained');
    expect(namespaces.filter(({ tokenMayWrite }) => tokenMayWrite).map(({ name }) => name)).toEqual(writable);
  });

  test('of which the Hub says less than is known of it: nothing is claimed', async () => {
    const answers: readonly (readonly [object, object])[] = [
      [
        { orgs: [{ name: 'acme' }] },
        { namespaces: [{}, { name: 'acme', role: 'unknown', tokenMayWrite: true }] },
      ],
      [{ auth: { accessToken: { role: 'fineGrained', fineGrained: {} } } }, { tokenRole: 'other' }],
      [{ auth: {} }, { tokenRole: 'other', namespaces: [{ tokenMayWrite: true }] }],
    ];
    for (const [said, known] of answers) {
      const answer = { name: 'tess', orgs: [], auth: { accessToken: { role: 'write' } }, ...said };
      const url = await serve((_request, response) => response.end(JSON.stringify(answer)));
      expect(await newClient(url).readAccount()).toMatchObject(known);
    }
  });

  test('of a fine-grained token for one repository', async () => {
    const scoped = [{ entity: { type: 'model', name: 'tess/one' }, permissions: ['repo.write'] }];
    const accessToken = { role: 'fineGrained', fineGrained: { global: [], scoped } };
    const url = await serve((_request, response) =>
      response.end(JSON.stringify({ type: 'user', name: 'tess', orgs: [], auth: { accessToken } })),
    );
    expect(await newClient(url).readAccount()).toMatchObject({
      namespaces: [{ name: 'tess', tokenMayWrite: false }],
      repos: ['tess/one'],
    });
  });
});

describe('a repository', () => {
  test('is found in any case, with its commit and files, and not when it is none', async () => {
    const hub = await makeRepo();
    const { commit } = (await push(hub, { 'a.txt': 'x' })) ?? {};
    const client = newClient(hub.url);
    const found = await client.findRepo('tess/MINI');
    expect(found).toEqual({
      repoId: repo,
      private: true,
      commit: commit?.oid,
      lastModifiedMs: hub.repos.find('model', repo)!.commits.at(-1)!.date.getTime(),
      files: ['.gitattributes', 'a.txt'],
    });
    expect(await client.findRepo('tess/none')).toBeUndefined();
    // Private, and another person's token: it does not exist for them.
    expect(await newClient(hub.url, { token: hubTokens.stranger.value }).findRepo(repo)).toBeUndefined();
  });

  test('of another kind is told', async () => {
    const hub = await makeHub();
    for (const [type, id] of [
      ['dataset', 'tess/data'],
      ['space', 'tess/demo'],
    ] as const)
      hub.repos.create(type, id, { private: true, author: 'tess' });
    const client = newClient(hub.url);
    expect(await Promise.all(['tess/data', 'tess/demo', 'tess/none'].map((id) => client.findOtherKind(id))))
      // prettier-ignore
      .toEqual(['dataset', 'space', undefined]);
  });

  test('lists its files over pages, with hashes of the large ones', async () => {
    const hub = await makeRepo({ pageSize: 2 });
    const weights = Buffer.alloc(5000, 1);
    await push(hub, { 'model.safetensors': weights, 'a/b.txt': 'deep', 'c.txt': 'c', 'd.txt': 'd' });
    const client = newClient(hub.url);
    const files = (await client.listFiles(repo, 'main')) ?? [];
    expect(files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['.gitattributes', expect.any(Number)],
      ['a/b.txt', 4],
      ['c.txt', 1],
      ['d.txt', 1],
      ['model.safetensors', 5000],
    ]);
    expect(files.find(({ path }) => path === 'model.safetensors')?.sha256).toBe(sha256(weights));
    expect(files.every(({ blob }) => /^[0-9a-f]{40}$/.test(blob))).toBe(true);
    expect(await client.listFiles('tess/none', 'main')).toBeUndefined();
  });

  test('takes a card and gives it back', async () => {
    const hub = await makeRepo();
    const client = newClient(hub.url);
    expect(await client.readText(repo, 'README.md', 'main')).toBeUndefined();
    const text = '---\nlibrary_name: peft\n---\n\n# Grüße\n';
    const oid = await client.commitText(repo, { path: 'README.md', text, title: 'Complete the card' });
    expect(hub.repos.find('model', repo)?.commits.at(-1)).toMatchObject({
      id: oid,
      title: 'Complete the card',
    });
    expect(await client.readText(repo, 'README.md', oid)).toBe(text);
  });
});

describe('trouble', () => {
  test.each([
    [401, 'unknown-token', false],
    [403, 'forbidden', false],
    [429, 'too-many', true],
    [500, 'failing', true],
    [503, 'failing', true],
    [400, 'rejected', false],
  ])('status %i', async (status, kind, passes) => {
    const hub = await makeRepo();
    hub.faults.add({ kind: 'status', status, retryAfterSeconds: 7 });
    for (const doing of [
      () => newClient(hub.url).readAccount(),
      () => newClient(hub.url).findRepo(repo),
      () => newClient(hub.url).findOtherKind(repo),
      () => newClient(hub.url).listFiles(repo, 'main'),
      () => newClient(hub.url).readText(repo, 'README.md', 'main'),
      () => newClient(hub.url).commitText(repo, { path: 'README.md', text: 'x', title: 't' }),
    ]) {
      const trouble = await troubleOf(doing());
      expect(trouble).toMatchObject({ kind, passes, status });
      expect(trouble.message).toMatch(new RegExp(`^The Hub answered ${status}.*\\.$`));
    }
    hub.faults.clear();
  });

  test('tells how long the Hub asks to wait', async () => {
    const hub = await makeHub();
    hub.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 7 });
    expect(await troubleOf(newClient(hub.url).readAccount())).toMatchObject({ retryAfterMs: 7000 });
  });

  test('with a token that is nobody’s, none, or no token at all', async () => {
    const hub = await makeHub();
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    });
    expect(await troubleOf(newClient(hub.url, { token: unknownToken }).readAccount())).toMatchObject({
      kind: 'unknown-token',
      status: 401,
    });
    for (const token of ['hf_', 'secret', 'hf_with space12345', 'hf_line\nbreak123', 'hf_ünicode12345']) {
      const trouble = await troubleOf(newClient(url, { token }).readAccount());
      expect(trouble.kind).toBe('unknown-token');
      expect(trouble.message).not.toContain(token);
    }
    expect((await troubleOf(createHubClient({ endpoint: url }).readAccount())).kind).toBe('unknown-token');
    expect(asked).toEqual([]);
  });

  test('when nobody is there, or nobody answers', async () => {
    const hub = await makeHub();
    await hub.stop();
    expect(await troubleOf(newClient(hub.url).readAccount())).toMatchObject({
      kind: 'unreachable',
      message: `${hub.url} cannot be reached (ECONNREFUSED).`,
      passes: true,
    });
    const silent = await serve(() => undefined);
    expect(await troubleOf(newClient(silent, { limitMs: 50 }).readAccount())).toMatchObject({
      kind: 'unreachable',
      message: `${silent} did not answer in time.`,
    });
    const cut = await serve((request) => request.socket.destroy());
    expect((await troubleOf(newClient(cut).readAccount())).kind).toBe('unreachable');
    const begun = await serve((_request, response) => response.writeHead(200).write('{"name":'));
    expect((await troubleOf(newClient(begun, { limitMs: 50 }).readAccount())).kind).toBe('unreachable');
  });

  test('when something else answers', async () => {
    for (const answer of ['<html>', '{}', '[]', '{"name":5}']) {
      const url = await serve((_request, response) => response.end(answer));
      expect((await troubleOf(newClient(url).readAccount())).kind).toBe('failing');
    }
  });

  test('repeats no token and sends it to no other place', async () => {
    const got: unknown[] = [];
    const other = await serve((request, response) => {
      got.push(request.headers.authorization);
      response.end('[]');
    });
    const url = await serve((request, response) => {
      if (request.url?.startsWith('/api/models')) {
        response.setHeader('Link', `<${other}/more>; rel="next"`);
        response.end('[]');
      } else {
        response.statusCode = 403;
        response.end(JSON.stringify({ error: `You sent ${request.headers.authorization}` }));
      }
    });
    const trouble = await troubleOf(newClient(url).readAccount());
    expect(trouble.message).toBe('The Hub answered 403: You sent Bearer ….');
    expect((await troubleOf(newClient(url).listFiles(repo, 'main'))).kind).toBe('rejected');
    expect(got).toEqual([]);
  });

  test('ends with the reason of the one who aborts', async () => {
    const silent = await serve(() => undefined);
    const abort = new AbortController();
    const asked = newClient(silent).readAccount(abort.signal);
    abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });
});
