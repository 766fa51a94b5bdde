import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutputFollower } from '../../src/services/jobs/output-follower.js';
import { makeTempDir } from '../helpers/temp-dir.js';

async function follow(keep = 5) {
  const file = join(await makeTempDir(), 'output.log');
  const seen: string[] = [];
  return { file, seen, output: createOutputFollower(file, keep, (line) => seen.push(line)) };
}

describe('output follower', () => {
  it('is empty until there is a file', async () => {
    const { output } = await follow();
    expect(await output.poll()).toBe(false);
    expect(output.tail()).toEqual([]);
  });

  it('shows a redrawn bar as it was drawn last, without its colours', async () => {
    const { file, output } = await follow();
    await writeFile(file, '\u001b[31mloading\u001b[0m\n 1%|  | 1/10 [00:01]\r 2%|  | 2/10 [00:02]');
    expect(await output.poll()).toBe(true);
    expect(output.tail()).toEqual(['loading', ' 2%|  | 2/10 [00:02]']);
    await appendFile(file, '\r 3%|  | 3/10 [00:03]\r\n');
    await output.poll();
    expect(output.tail()).toEqual(['loading', ' 3%|  | 3/10 [00:03]']);
  });

  it('keeps the last lines alone and gives each to the listener', async () => {
    const { file, seen, output } = await follow(2);
    await writeFile(file, 'a\nb\n\nc\nd');
    await output.poll();
    expect(output.tail()).toEqual(['c', 'd']);
    expect(seen).toEqual(['a', 'b', '', 'c', 'd']);
  });

  it('reads a file that shrank anew', async () => {
    const { file, output } = await follow();
    await writeFile(file, 'the first program wrote this\n');
    await output.poll();
    await writeFile(file, 'second\n');
    await output.poll();
    expect(output.tail().at(-1)).toBe('second');
  });

  it('removes control characters that a terminal would obey', async () => {
    const { file, output } = await follow();
    await writeFile(file, 'a\u0007\u0008b\u0000c\u009bd\n');
    await output.poll();
    expect(output.tail().join('')).not.toMatch(/\p{Cc}/u);
  });

  it('reads the same however the writing is cut, also within a character', async () => {
    const text = 'héllo 世界 ▲\nsecond 🙂 line\nlast\n';
    const bytes = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (cut) => {
        const { file, output } = await follow();
        await writeFile(file, bytes.subarray(0, cut));
        await output.poll();
        await appendFile(file, bytes.subarray(cut));
        await output.poll();
        expect(output.tail()).toEqual(['héllo 世界 ▲', 'second 🙂 line', 'last']);
      }),
      { numRuns: 30 },
    );
  });
});
