import { describe, expect, it, test } from 'vitest';
import { classifyWords } from '../../src/services/upload-jobs/classify-failure.js';
import { judgeTrouble, waitMsAfter } from '../../src/services/upload-jobs/retry-policy.js';
import {
  noUploadFacts,
  readUploadLine,
  type UploadFacts,
} from '../../src/services/upload-jobs/upload-facts.js';

const read = (...lines: string[]): UploadFacts => lines.reduce(readUploadLine, noUploadFacts);

describe('the output of the upload program', () => {
  test.each<[string[], Partial<UploadFacts>]>([
    [['UPLOAD ORCHESTRATOR'], { stage: 'merge' }],
    [['Merging layers: [####################] 100%'], { item: 'Merging layers', part: 1 }],
    [['Merging layers: [#######             ]  35%'], { part: 0.35 }],
    [
      ['Uploading model.safetensors:  45%|████▌     | 1.17M/2.60M [00:01<00:02, 800kB/s]'],
      {
        item: 'model.safetensors',
        sentBytes: 1_170_000,
        totalBytes: 2_600_000,
        part: 0.45,
        bytesPerSecond: 800_000,
        etaMs: 2_000,
      },
    ],
    [
      ['model.gguf:   3%|▎         | 1.05G/14.2G [01:02:03<10:00:00, 36.5MB/s]'],
      { item: 'model.gguf', sentBytes: 1_050_000_000, bytesPerSecond: 36_500_000, etaMs: 36_000_000 },
    ],
    [['x.bin:   0%|          | 0/2.60M [00:00<?, ?B/s]'], { sentBytes: 0, totalBytes: 2_600_000, part: 0 }],
    [['Local path: /out/merged-16bit'], { modelFolder: '/out/merged-16bit' }],
    [
      ['✓ Created 2 GGUF files:', '  - a.gguf (1.5 MB)', '  - a-Q4_K_M.gguf (0.4 MB)'],
      {
        gguf: [
          { name: 'a.gguf', sizeMiB: 1.5 },
          { name: 'a-Q4_K_M.gguf', sizeMiB: 0.4 },
        ],
      },
    ],
    [
      ["  ⚠ Failed to create Q9_X: main: invalid ftype 'Q9_X'"],
      { notMade: ["Q9_X: main: invalid ftype 'Q9_X'"] },
    ],
    [['⚠ Could not upload README.md: 503 Server Error'], { notPushed: { 'README.md': '503 Server Error' } }],
    [
      ['✗ Upload failed: one', '', 'Retry after 7 seconds.', '  three'],
      { failure: 'one Retry after 7 seconds. three' },
    ],
    [['✗ GGUF-only failed: 404 Client Error'], { failure: '404 Client Error' }],
    [
      ['Error: HuggingFace token required. Provide it'],
      { failure: 'HuggingFace token required. Provide it' },
    ],
    [['  File "x.py", line 3', 'torch.OutOfMemoryError: no'], { exception: 'torch.OutOfMemoryError: no' }],
  ])('%j', (lines, facts) => {
    expect(read(...lines)).toMatchObject(facts);
  });

  it('begins each stage without the bar of the one before', () => {
    const lines = ['Merging layers: [####] 100%', 'UPLOADING TO HUGGINGFACE'];
    expect(read(...lines)).toEqual({ ...noUploadFacts, stage: 'push' });
    expect(
      read('GGUF CONVERSION', 'Quantizing Q4: [##  ] 50%', 'UPLOADING FILES', '[1/2] Uploading a.gguf...'),
    ).toEqual({ ...noUploadFacts, stage: 'files', item: 'a.gguf' });
  });

  it('says no more files than it listed', () => {
    expect(read('  - notes (3.0 MB)').gguf).toBeUndefined();
  });
});

describe('why an upload broke', () => {
  test.each<[string, string | undefined, boolean]>([
    ['401 Client Error: Unauthorized for url: https://hf.co/api (Invalid)', 'upload-refused', false],
    ["Client error '403 Forbidden' for url 'https://hf.co'", 'upload-refused', false],
    ['404 Client Error: Not Found for url: https://hf.co', 'upload-refused', false],
    ['413 Client Error: Too Large', 'upload-refused', false],
    ['503 Server Error: Service Unavailable', 'upload-network', true],
    ["Server error '504 Gateway Time-out' for url", 'upload-network', true],
    ["429 Too Many Requests: you have reached your 'api' rate limit.", 'upload-network', true],
    [
      "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
      'upload-network',
      true,
    ],
    ['HTTPSConnectionPool(host=x): Max retries exceeded with url', 'upload-network', true],
    ['[Errno -3] Temporary failure in name resolution', 'upload-network', true],
    ['[Errno 111] Connection refused', 'upload-network', true],
    ['The read operation timed out', 'upload-network', true],
    ['The Hub cannot be reached (ECONNREFUSED)', 'upload-network', true],
    ['[Errno 28] No space left on device', 'disk-full', false],
    ['CUDA out of memory. Tried to allocate 2 GiB', 'out-of-memory', false],
    ['Error while deserializing header: incomplete metadata', 'final-model-incomplete', false],
    ['me/x does not appear to have a file named model.safetensors', 'final-model-incomplete', false],
    ['HuggingFace token required. Provide via HF_TOKEN', 'upload-refused', false],
    ['AssertionError: something else', undefined, false],
  ])('%s', (said, code, passes) => {
    const trouble = classifyWords(said);
    expect(trouble?.failure.code).toBe(code);
    expect(trouble?.passes ?? false).toBe(passes);
  });

  it('is told without the signature of an address, and cut', () => {
    const said = `503 Server Error for url: https://s3.example/a?X-Amz-Signature=abc&b=1 (${'x'.repeat(500)})`;
    const message = classifyWords(said)?.failure.message ?? '';
    expect(message).not.toContain('Signature');
    expect(message.length).toBeLessThan(400);
  });

  it('names how long the Hub asks to wait', () => {
    const said =
      "429 Too Many Requests: you have reached your 'api' rate limit. Retry after 55 seconds (0/500).";
    expect(classifyWords(said)?.retryAfterMs).toBe(55_000);
  });
});

describe('the waits between tries', () => {
  it('double, random by half to either side, a quarter of an hour in the middle', () => {
    const waits = (random: number) => [1, 2, 3, 4].map((tried) => waitMsAfter(tried, () => random) / 60_000);
    expect(waits(0.5)).toEqual([1, 2, 4, 8]);
    expect(waits(0)).toEqual([0.5, 1, 2, 4]);
    expect(waits(0.5).reduce((sum, wait) => sum + wait, 0)).toBe(15);
    for (const tried of [1, 2, 3, 4])
      expect(waitMsAfter(tried, () => 0.999)).toBeLessThan(1.5 * 60_000 * 2 ** (tried - 1));
  });

  it('are no shorter than the Hub asks, and end where it asks for too long', () => {
    expect(waitMsAfter(1, () => 0.5, 600_000)).toBe(600_000);
    expect(waitMsAfter(4, () => 0.5, 1)).toBe(480_000);
    const trouble = { failure: { code: 'upload-network', message: 'Busy.' }, passes: true } as const;
    const judge = (retryAfterMs: number, tried = 1) =>
      judgeTrouble({ trouble: { ...trouble, retryAfterMs }, tried, now: 0, random: () => 0.5, made: false });
    expect(judge(3_600_000)).toMatchObject({
      name: 'again',
      retry: { notBefore: 3_600_000, next: 2, of: 5 },
    });
    expect(judge(3_600_001)).toEqual({
      name: 'failed',
      failure: { code: 'upload-network', message: 'Busy. It asks to come again in 61 minutes.' },
    });
    expect(judge(0, 5)).toMatchObject({
      name: 'failed',
      failure: { message: 'Busy. It was tried 5 times.' },
    });
  });
});
