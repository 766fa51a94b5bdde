import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { filesOf, makeRepo, push, sha256, statusOf, upload } from '../helpers/hub-client.js';

describe('faults of the stand-in for the Hub', () => {
  test('answers a status for so many requests, with the wait that it asks for', async () => {
    const hub = await makeRepo();
    hub.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 7, count: 1, path: /\/preupload\// });
    hub.faults.add({ kind: 'status', status: 503, count: 1, path: upload });
    const files = { 'a.bin': randomBytes(100) };
    expect(await statusOf(push(hub, files))).toBe(429);
    expect(await statusOf(push(hub, files))).toBe(503);
    expect(await statusOf(push(hub, files))).toBe('done');
    hub.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 7, count: 1 });
    const answer = await fetch(`${hub.url}/api/whoami-v2`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
  });

  test('cuts an upload in the middle, and nothing of it is kept', async () => {
    const hub = await makeRepo();
    hub.faults.add({ kind: 'cut', afterBytes: 200_000, count: 1, path: upload });
    const files = { 'a.bin': randomBytes(2_000_000) };
    expect(await statusOf(push(hub, files))).toBeInstanceOf(TypeError);
    expect(await filesOf(hub)).toEqual([]);
    const cut = hub.arrived.find(({ path }) => upload.test(path));
    expect(cut?.status).toBe(0);
    expect(cut?.bytes).toBeGreaterThanOrEqual(200_000);
    expect(cut?.bytes).toBeLessThan(2_000_000);
    await push(hub, files);
    expect(await filesOf(hub)).toHaveLength(1);
  });

  test('commits and loses the answer', async () => {
    const hub = await makeRepo();
    hub.faults.add({ kind: 'lost', count: 1, path: /\/commit\// });
    expect(await statusOf(push(hub, { 'a.txt': 'a' }))).toBeInstanceOf(TypeError);
    expect(await filesOf(hub)).toHaveLength(1);
  });

  test('takes bytes slowly', async () => {
    const hub = await makeRepo();
    hub.faults.add({ kind: 'slow', bytesPerSecond: 400_000, path: upload });
    const began = performance.now();
    await push(hub, { 'a.bin': randomBytes(100_000) });
    expect(performance.now() - began).toBeGreaterThan(240);
  });

  test('keeps less than was sent, or other bytes, and leaves files out', async () => {
    const hub = await makeRepo();
    const [short, wrong] = [randomBytes(5000), randomBytes(5000)];
    hub.faults.add({ kind: 'corrupt', dropBytes: 10, count: 1, path: upload });
    await push(hub, { 'short.bin': short });
    hub.faults.add({ kind: 'corrupt', dropBytes: 0, count: 1, path: upload });
    hub.faults.add({ kind: 'forget', file: /^gone/, path: /\/commit\// });
    await push(hub, { 'wrong.bin': wrong, 'gone.txt': 'x' });
    const [first, second, ...rest] = await filesOf(hub);
    expect([first?.path, first?.size, second?.path, second?.size]).toEqual([
      'short.bin',
      4990,
      'wrong.bin',
      5000,
    ]);
    expect(first?.lfs?.oid).not.toBe(sha256(short));
    expect(second?.lfs?.oid).not.toBe(sha256(wrong));
    expect(rest).toEqual([]);
    expect(hub.faults.describe()).toEqual(['forget for all requests']);
  });
});
