import { describe, expect, test } from 'vitest';
import type { FailureCode, JobState } from '../../../src/domain/job.js';
import { noProgress } from '../../../src/domain/progress.js';
import type { JobSnapshot } from '../../../src/domain/snapshot.js';
import type { UploadResult } from '../../../src/domain/upload-plan.js';
import type { UploadProgress } from '../../../src/domain/upload-progress.js';
import { cancelAnswer, cancelQuestion, gaveUpAnswer } from '../../../src/views/job-answers.js';
import { jobMessage } from '../../../src/views/job-message.js';
import { jobsShowMessage } from '../../../src/views/jobs-show.js';
import { noticeMessage } from '../../../src/views/notice-message.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { renderMessage } from '../../helpers/render-message.js';
import { makeUploadedModel, makeUploadPlan } from '../../helpers/upload-plan.js';
import { expectGolden } from './golden.js';
import { bert, noon, running, sampleJob, sampleNotice, sampleSnapshot } from './samples.js';

const plan = makeUploadPlan({
  repoId: 'anna/behaviour-kto',
  saveMethod: 'merged_16bit',
  quantizations: ['Q4_K_M', 'Q8_0'],
  source: makeUploadedModel({
    methodLabel: 'Preference learning (KTO)',
    checkpoint: 'checkpoint-100',
    step: 100,
    path: '/srv/runs/20251122_143000/checkpoints/checkpoint-100',
  }),
});
const ended = noon + 1_804_000;

const result: UploadResult = {
  repoId: 'anna/behaviour-kto',
  url: 'https://huggingface.co/anna/behaviour-kto',
  commit: '0123456789abcdef0123456789abcdef01234567',
  files: [
    { path: 'model-00001-of-00003.safetensors', sizeBytes: 4_949_453_792 },
    { path: 'behaviour-kto-Q4_K_M.gguf', sizeBytes: 4_368_439_584 },
    { path: 'config.json', sizeBytes: 612 },
  ],
  localCopy: { path: '/srv/runs/20251122_143000/upload-behaviour-kto', sizeBytes: 9_317_893_988 },
};

const stages = ['merge', 'push', 'convert', 'files', 'card', 'verify'] as const;

function at(upload: Partial<UploadProgress>): Pick<JobSnapshot, 'progress'> {
  return { progress: { ...noProgress, upload: { stages, attempt: 1, attempts: 5, ...upload } } };
}

const pushing = at({
  stage: 'push',
  item: 'model-00002-of-00003.safetensors',
  part: 0.4567,
  sentBytes: 2_260_000_000,
  totalBytes: 4_949_453_792,
  bytesPerSecond: 21_000_000,
  etaMs: 128_000,
});

function failed(code: FailureCode, message: string): JobState {
  return { name: 'failed', at: ended, failure: { code, message }, exitCode: 1 };
}

function upload(state: JobState, change: Partial<JobSnapshot> = {}): JobSnapshot {
  return sampleSnapshot(state, { ...change, of: { kind: 'upload', plan } });
}

const again: JobState = {
  name: 'queued',
  at: noon,
  retry: {
    next: 2,
    of: 5,
    notBefore: noon + 40_000,
    why: '503 Server Error: Service Unavailable',
    code: 'upload-network',
  },
};
const tail = ['UPLOADING TO HUGGINGFACE', '✗ Upload failed: 403 Client Error: Forbidden'];

const states: readonly (readonly [string, JobSnapshot])[] = [
  ['queued', upload({ name: 'queued', at: noon }, { place: 2 })],
  ['waits', upload({ name: 'queued', at: noon, wait: 'GPU 0 is in use by job 11' }, { place: 1 })],
  ['again', upload(again, { tail })],
  ['starting', upload({ name: 'starting', at: noon, attempt: 1 })],
  ['running-silent', upload(running, at({}))],
  ['running-merge', upload(running, at({ stage: 'merge', part: 0.5 }))],
  ['running-push', upload(running, pushing)],
  ['running-try', upload(running, at({ stage: 'convert', item: 'Q4_K_M', attempt: 2 }))],
  ['running-verify', upload(running, at({ stage: 'verify' }))],
  ['stopping', upload({ ...running, cancel: { by: bert, at: noon + 600_000 } }, pushing)],
  [
    'succeeded',
    upload({ name: 'succeeded', at: ended, warnings: [], upload: result }, at({ stage: 'verify' })),
  ],
  [
    'succeeded-warned',
    upload({
      name: 'succeeded',
      at: ended,
      warnings: ['README.md is the one that was there before.'],
      upload: result,
    }),
  ],
  [
    'failed-refused',
    upload(failed('upload-refused', 'The Hub refuses the token (403).'), { ...pushing, tail }),
  ],
  [
    'failed-merge',
    upload(failed('out-of-memory', 'CUDA out of memory.'), { ...at({ stage: 'merge' }), tail }),
  ],
  [
    'failed-incomplete',
    upload(failed('upload-incomplete', 'On the Hub is missing: model.safetensors.'), at({ stage: 'verify' })),
  ],
  ['failed-start', upload(failed('could-not-start', 'There is no python3.'))],
  [
    'gave-up',
    upload({
      name: 'failed',
      at: ended,
      failure: { code: 'upload-network', message: '503 Server Error: Service Unavailable' },
      gaveUpBy: bert,
    }),
  ],
  ['cancelled', upload({ name: 'cancelled', at: ended, by: bert, how: 'interrupted' }, pushing)],
  ['cancelled-early', upload({ name: 'cancelled', at: ended, by: bert, how: 'before-start' })],
  ['lost', upload({ name: 'lost', at: ended, why: 'The host was restarted while it ran.' }, pushing)],
];

describe('the message of an upload', () => {
  test.each(states)('%s', async (name, snapshot) => {
    await expectGolden(`upload-job-${name}`, jobMessage(snapshot));
  });

  test.each(states)('%s, as /jobs show tells it', (_name, snapshot) => {
    expect(checkMessage(jobsShowMessage(snapshot))).toEqual([]);
  });

  test('holds whatever names and numbers bring', async () => {
    const nasty = '‮`|| ```@everyone <@&1> [x](https://evil.example) **b** שלום 🦥👨‍👩‍👧‍👦漢字'.padEnd(400, 'ä🦥');
    const wild = makeUploadPlan({
      repoId: nasty,
      quantizations: Array.from({ length: 30 }, () => nasty),
      source: makeUploadedModel({ runName: nasty, methodLabel: nasty, step: 1e9, path: nasty }),
    });
    const files = Array.from({ length: 40 }, (_, index) => ({ path: `${index}${nasty}`, sizeBytes: 1e15 }));
    const local = { path: nasty, sizeBytes: Number.NaN };
    const of = { kind: 'upload', plan: wild, warnings: Array.from({ length: 9 }, () => nasty) } as const;
    const wildest = {
      ...result,
      repoId: nasty,
      commit: nasty,
      url: 'javascript:alert(1)',
      files,
      localCopy: local,
    };
    const moved = at({
      stage: 'files',
      item: nasty,
      part: Number.NaN,
      sentBytes: -1,
      totalBytes: Infinity,
      bytesPerSecond: Number.NaN,
      etaMs: Infinity,
      attempt: 1e9,
      attempts: 1e9,
    });
    const shown = [
      sampleSnapshot({ name: 'succeeded', at: ended, warnings: [nasty], upload: wildest }, { of, ...moved }),
      sampleSnapshot(running, { of, ...moved, tail: [nasty] }),
      sampleSnapshot(
        { ...again, retry: { next: 1e9, of: 1e9, notBefore: Infinity, why: nasty, code: 'upload-network' } },
        { of },
      ),
      sampleSnapshot(failed('upload-refused', nasty), {
        of,
        ...moved,
        tail: Array.from({ length: 15 }, () => nasty),
      }),
    ];
    for (const snapshot of shown) {
      expect(checkMessage(jobMessage(snapshot))).toEqual([]);
      expect(checkMessage(noticeMessage(sampleNotice(), snapshot))).toEqual([]);
      expect(checkMessage(jobsShowMessage(snapshot))).toEqual([]);
    }
    await expectGolden('upload-job-extreme', jobMessage(shown[0]!));
  });
});

describe('a link to the repository', () => {
  test.each(['javascript:alert(1)', 'ftp://x/y', 'anna/one', '', `https://x/${'y'.repeat(600)}`])(
    'is not made of %j',
    (url) => {
      const snapshot = upload({ name: 'succeeded', at: ended, warnings: [], upload: { ...result, url } });
      expect(jobMessage(snapshot).components).toEqual([]);
    },
  );

  test('stands on the notice as well', async () => {
    const snapshot = upload({ name: 'succeeded', at: ended, warnings: [], upload: result });
    await expectGolden('upload-notice-succeeded', noticeMessage(sampleNotice(), snapshot));
  });
});

test('a training that succeeded offers the upload of its model, on its message and with the ping', () => {
  const succeeded: JobState = { name: 'succeeded', at: ended, warnings: [] };
  const snapshot = sampleSnapshot(succeeded, { of: { runPath: '/srv/runs/1' } });
  for (const message of [jobMessage(snapshot), noticeMessage(sampleNotice(), snapshot)]) {
    expect(renderMessage(message)).toContain('[ Upload ] primary upload:job:12');
  }
  // Without a run there is nothing to upload.
  expect(jobMessage(sampleSnapshot(succeeded)).components).toEqual([]);
});

test('answers to presses say what stays on the Hub', async () => {
  const stopping = upload({ ...running, cancel: { by: bert, at: noon } });
  await expectGolden('upload-cancel-question', cancelQuestion(upload(running, pushing)));
  await expectGolden('upload-cancel-answer', cancelAnswer(stopping.job));
  await expectGolden(
    'upload-gave-up',
    gaveUpAnswer(sampleJob(failed('upload-network', 'x'), { kind: 'upload', plan })),
  );
  // Cancel between two tries is giving up, and is called so.
  const givenUp: JobState = {
    name: 'failed',
    at: ended,
    failure: { code: 'upload-network', message: 'x' },
    gaveUpBy: bert,
  };
  expect(cancelAnswer(sampleJob(givenUp, { kind: 'upload', plan }))).toEqual(
    gaveUpAnswer(sampleJob(givenUp, { kind: 'upload', plan })),
  );
});
