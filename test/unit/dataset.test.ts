import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDatasetReader } from '../../src/services/toolset/dataset-reader.js';
import { judgeExample, type DatasetShape } from '../../src/services/toolset/dataset-shape.js';
import { listDatasets, nameWithin } from '../../src/services/toolset/datasets.js';
import { readDataset, type DatasetReport } from '../../src/services/toolset/read-dataset.js';
import { makeTempDir } from '../helpers/temp-dir.js';

const chat = (text: string): unknown[] => [
  { role: 'user', content: 'Say it.' },
  { role: 'assistant', content: text },
];
const kto = (label: unknown, text = 'ok'): string => JSON.stringify({ conversations: chat(text), label });

async function read(content: string | Buffer, shape: DatasetShape = 'kto'): Promise<DatasetReport> {
  const path = join(await makeTempDir(), 'd.jsonl');
  writeFileSync(path, content);
  return await readDataset(path, shape);
}

describe('the shape of an example', () => {
  const why = (shape: DatasetShape, example: unknown): string => {
    const judged = judgeExample(shape, example);
    return judged.ok ? 'good' : judged.why;
  };

  it('of sft is a conversation, messages, or prompt and completion', () => {
    expect(why('sft', { conversations: chat('a') })).toBe('good');
    expect(why('sft', { messages: chat('a') })).toBe('good');
    expect(why('sft', { prompt: 'a', completion: 'b' })).toBe('good');
    expect(why('sft', { prompt: 'a' })).toBe('"completion" is missing');
    expect(why('sft', { text: 'a' })).toBe(
      'it has neither "conversations" nor "messages" nor "prompt" and "completion"',
    );
    expect(why('sft', { messages: [] })).toBe('"messages" is empty');
    expect(why('sft', { conversations: 'a' })).toBe('"conversations" is not a list');
    expect(why('sft', { conversations: [{ role: 'bot', content: 'a' }] })).toBe(
      'message 1 of "conversations" has no role of system, user, assistant',
    );
    expect(why('sft', { conversations: [...chat('a'), { role: 'user', content: null }] })).toBe(
      'message 3 of "conversations" has no text as "content"',
    );
    expect(why('sft', [1])).toBe('it is not an object');
  });

  it('of kto needs a label besides', () => {
    expect(judgeExample('kto', { conversations: chat('a'), label: false })).toEqual({
      ok: true,
      label: false,
    });
    expect(why('kto', { prompt: 'a', completion: 'b', label: true })).toBe('good');
    expect(why('kto', { conversations: chat('a') })).toBe('"label" is missing');
    expect(why('kto', { conversations: chat('a'), label: 'true' })).toBe('"label" is not true or false');
  });

  it('of dpo is prompt, chosen, rejected', () => {
    expect(why('dpo', { prompt: 'a', chosen: 'b', rejected: 'c' })).toBe('good');
    expect(why('dpo', { prompt: 'a', chosen: chat('b'), rejected: chat('c') })).toBe('good');
    expect(why('dpo', { prompt: 'a', chosen: 'b' })).toBe('"rejected" is missing');
    expect(why('dpo', { prompt: 1, chosen: 'b', rejected: 'c' })).toBe('"prompt" is not a text');
  });
});

describe('reading a dataset', () => {
  it('counts examples and labels and hashes what it read', async () => {
    const content = [kto(true), kto(true), '', kto(false), '   ', kto(true)].join('\n');
    expect(await read(content)).toMatchObject({
      sizeBytes: Buffer.byteLength(content),
      sha256: createHash('sha256').update(content).digest('hex'),
      examples: 4,
      labels: { desirable: 3, undesirable: 1 },
      badLines: 0,
    });
  });

  it('names the first bad line and counts the others', async () => {
    const lines = [kto(true), kto(false), '{"conversations": [', kto('yes'), kto(true)];
    expect(await read(`${lines.join('\n')}\n`)).toMatchObject({
      examples: 3,
      badLines: 2,
      firstBad: { line: 3, why: 'it is not JSON' },
    });
  });

  it('takes Windows line ends and a last line without end', async () => {
    expect(await read(`${kto(true)}\r\n${kto(false)}`)).toMatchObject({ examples: 2, badLines: 0 });
  });

  it('tells a byte order mark, other encodings, and what is legal in Python alone', async () => {
    expect((await read(`\uFEFF${kto(true)}\n`)).firstBad).toEqual({
      line: 1,
      why: 'it begins with a byte order mark',
    });
    const latin = Buffer.concat([Buffer.from(`${kto(true)}\n`), Buffer.from(kto(true, 'é'), 'latin1')]);
    expect((await read(latin)).firstBad).toEqual({ line: 2, why: 'it is not UTF-8' });
    expect((await read('{"label": NaN}\n')).firstBad).toEqual({ line: 1, why: 'it is not JSON' });
  });

  it('keeps letters whole that lie across two pieces', async () => {
    // Each letter takes 3 bytes and a piece has 2^18 bytes, so every piece but the third ends within a letter.
    const long = kto(true, '你'.repeat(400_000));
    expect(await read(`${kto(false)}\n${long}\n${kto(false)}`)).toMatchObject({
      examples: 3,
      labels: { desirable: 1, undesirable: 2 },
      badLines: 0,
    });
  });

  it('does not swallow a line without end', async () => {
    const report = await read(`${kto(true)}\n${'x'.repeat(5 * 1024 * 1024)}\n${kto(false)}\n`);
    expect(report).toMatchObject({
      examples: 2,
      firstBad: { line: 2, why: 'it is longer than 4 MiB' },
      badLines: 1,
    });
  });

  it('finds an empty file and a file of blank lines empty', async () => {
    expect(await read('')).toMatchObject({ examples: 0, badLines: 0, sizeBytes: 0 });
    expect(await read('\n \n\n')).toMatchObject({ examples: 0, badLines: 0 });
  });

  it('finds what a plain reading finds, whatever the bytes', async () => {
    const path = join(await makeTempDir(), 'any.jsonl');
    const anyLine = fc.oneof(
      fc.string().map((text) => text.replaceAll('\n', ' ')),
      fc.boolean().map((label) => kto(label)),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyLine, { maxLength: 30 }), fc.boolean(), async (lines, ended) => {
        const text = lines.join('\n') + (ended ? '\n' : '');
        writeFileSync(path, text);
        const good = lines.filter((line) => {
          try {
            return !line.startsWith('\uFEFF') && judgeExample('kto', JSON.parse(line.trim())).ok;
          } catch {
            return false;
          }
        });
        const report = await readDataset(path, 'kto');
        expect(report.examples).toBe(good.length);
        expect(report.sha256).toBe(createHash('sha256').update(text).digest('hex'));
      }),
      { numRuns: 100 },
    );
  });

  it('lets the event loop turn between the pieces', async () => {
    const path = join(await makeTempDir(), 'large.jsonl');
    const line = `${kto(true, 'word '.repeat(300))}\n`;
    writeFileSync(path, line.repeat(Math.ceil((24 * 1024 * 1024) / line.length)));
    let turns = 0;
    let reading = true;
    const count = (): void => {
      turns += 1;
      if (reading) setImmediate(count);
    };
    setImmediate(count);
    const { sizeBytes } = await readDataset(path, 'kto');
    reading = false;
    // A turn at least for each piece of 256 KiB.
    expect(turns).toBeGreaterThanOrEqual(Math.floor(sizeBytes / (256 * 1024)));
  });
});

describe('the reader of datasets', () => {
  it('reads once, until the file changes', async () => {
    const path = join(await makeTempDir(), 'd.jsonl');
    writeFileSync(path, `${kto(true)}\n`);
    const readKept = createDatasetReader();
    const [first, second] = await Promise.all([readKept(path, 'kto'), readKept(path, 'kto')]);
    expect(second).toBe(first);
    expect(await readKept(path, 'kto')).toBe(first);
    expect(await readKept(path, 'sft')).not.toBe(first);
    appendFileSync(path, `${kto(false)}\n`);
    expect(await readKept(path, 'kto')).toMatchObject({ labels: { desirable: 1, undesirable: 1 } });
    // The same size, another time: read again.
    writeFileSync(path, `${kto(true)}\n${kto(true)} \n`);
    utimesSync(path, 1000, 1000);
    expect(await readKept(path, 'kto')).toMatchObject({ labels: { desirable: 2, undesirable: 0 } });
  });

  it('does not keep a failure', async () => {
    const path = join(await makeTempDir(), 'd.jsonl');
    const readKept = createDatasetReader();
    await expect(readKept(path, 'kto')).rejects.toMatchObject({ code: 'ENOENT' });
    writeFileSync(path, `${kto(true)}\n`);
    expect(await readKept(path, 'kto')).toMatchObject({ examples: 1 });
  });
});

describe('the list of datasets', () => {
  it('is deep, newest first, with links followed once', async () => {
    const root = await makeTempDir();
    const put = (path: string, seconds: number): void => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), '{}\n');
      utimesSync(join(root, path), seconds, seconds);
    };
    put('Datasets/a.jsonl', 100);
    put('Datasets/deep/er/b.jsonl', 300);
    put('Datasets/readme.md', 400);
    put('store/c.jsonl', 200);
    symlinkSync('../store/c.jsonl', join(root, 'Datasets/linked.jsonl'));
    symlinkSync('..', join(root, 'Datasets/deep/circle'));
    symlinkSync('nowhere', join(root, 'Datasets/broken.jsonl'));
    mkdirSync(join(root, 'Datasets/folder.jsonl'));
    const files = await listDatasets(root, ['Datasets', 'Missing']);
    expect(files.map(({ name }) => name)).toEqual([
      'Datasets/deep/er/b.jsonl',
      'Datasets/linked.jsonl',
      'Datasets/a.jsonl',
    ]);
    expect(files[2]).toEqual({
      name: 'Datasets/a.jsonl',
      path: join(root, 'Datasets/a.jsonl'),
      sizeBytes: 3,
      modifiedMs: 100_000,
    });
  });

  it('names what lies outside by its whole path', () => {
    expect(nameWithin('/srv/toolset', '/srv/toolset/Datasets/x.jsonl')).toBe('Datasets/x.jsonl');
    expect(nameWithin('/srv/toolset', '/data/x.jsonl')).toBe('/data/x.jsonl');
    expect(nameWithin('/srv/toolset', '/srv/toolset-2/x.jsonl')).toBe('/srv/toolset-2/x.jsonl');
  });
});
