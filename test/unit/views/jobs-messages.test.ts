import { describe, expect, test } from 'vitest';
import type { Job, JobState } from '../../../src/domain/job.js';
import type { JobListEntry, JobListFilter, JobListPage } from '../../../src/domain/job-list.js';
import {
  cancelQuestion,
  overAnswer,
  queueAnswer,
  startAnywayAnswer,
} from '../../../src/views/job-answers.js';
import { jobMessage } from '../../../src/views/job-message.js';
import { jobsFilterText, readJobsFilter, writeJobsFilter } from '../../../src/views/jobs-filter.js';
import { jobsHistoryMessage } from '../../../src/views/jobs-history.js';
import { jobsListMessage } from '../../../src/views/jobs-list.js';
import { jobsLogsMessage, jobsOutputMessage } from '../../../src/views/jobs-logs.js';
import { jobsShowMessage } from '../../../src/views/jobs-show.js';
import { expectGolden } from './golden.js';
import {
  anna,
  bert,
  midway,
  noon,
  running,
  sampleJob,
  samplePlan,
  sampleSnapshot,
  traceback,
} from './samples.js';
import { makeUploadedModel, makeUploadPlan } from '../../helpers/upload-plan.js';

const queued = { name: 'queued', at: noon } as const satisfies JobState;
const succeeded = { name: 'succeeded', at: noon + 3_600_000, warnings: [] } as const satisfies JobState;
const failed = {
  name: 'failed',
  at: noon + 3_600_000,
  failure: { code: 'out-of-memory', message: 'The GPU has no memory left.' },
  exitCode: 1,
} as const satisfies JobState;
const nasty = '```@everyone\u202e <@1> ``` [x](https://e.vil) \n# Big';

const upload = makeUploadPlan({
  source: makeUploadedModel({
    path: '/srv/toolset/Trainers/rtx3090_kto/kto_output_rtx3090/20251122_143000/final_model',
  }),
  repoId: 'anna/behaviour-kto',
  saveMethod: 'merged_16bit',
  quantizations: ['q4_k_m', 'q8_0'],
  launch: { argv: ['python', 'upload.py', '--repo', 'anna/behaviour-kto'], cwd: '/srv/toolset', env: {} },
});

function page(entries: readonly JobListEntry[], change: Partial<JobListPage> = {}): JobListPage {
  return { filter: {}, page: 0, entries, hasMore: false, ...change };
}
const entry = (id: number, state: JobState, of: Partial<Job> = {}, place?: number): JobListEntry => ({
  job: sampleJob(state, { id, startedAt: noon + 4000, ...of }),
  ...(place !== undefined && { place }),
});

describe('the list', () => {
  test('has a line for what runs, what waits and what is over', async () => {
    const entries = [
      entry(31, running),
      entry(30, { ...running, cancel: { by: bert, at: noon } }, { requestedBy: bert }),
      entry(29, { name: 'starting', at: noon, attempt: 1 }),
      entry(32, queued, {}, 1),
      entry(33, queued, { held: true }, 2),
      entry(28, succeeded, { kind: 'upload', plan: upload }),
      entry(27, succeeded, { warnings: ['One.'] }),
      entry(26, failed),
      entry(25, { name: 'cancelled', at: noon, by: bert, how: 'before-start' }),
      entry(24, { name: 'lost', at: noon, why: 'The host was restarted.' }),
    ];
    await expectGolden('jobs-list', jobsListMessage(page(entries, { hasMore: true })));
  });

  test('says what it shows alone, and when that is nothing', async () => {
    const filter: JobListFilter = { kind: 'upload', state: 'failed', requestedBy: bert };
    await expectGolden('jobs-list-empty', jobsListMessage(page([], { filter })));
    const beyond = jobsListMessage(page([], { page: 7 }));
    expect(beyond.embeds?.[0]?.description).toBe('There is nothing on this page any more.');
  });

  test('holds ten of the longest lines', async () => {
    const plan = samplePlan({ method: nasty.repeat(9), platform: '軌'.repeat(200), dryRun: true });
    const entries = Array.from({ length: 10 }, (_, index) =>
      entry(900_000_000_000_000 + index, { ...queued, at: 8.64e15 }, { plan, held: true }, 999_999 + index),
    );
    await expectGolden(
      'jobs-list-extreme',
      jobsListMessage(
        page(entries, {
          page: 999_999,
          hasMore: true,
          filter: { kind: 'upload', state: 'succeeded', requestedBy: '9'.repeat(20) },
        }),
      ),
    );
  });
});

describe('a filter', () => {
  test.each<[JobListFilter, string]>([
    [{}, '-'],
    [{ kind: 'train' }, 'ktrain'],
    [{ state: 'waiting' }, 'swaiting'],
    [{ requestedBy: anna }, `u${anna}`],
    [{ kind: 'upload', state: 'lost', requestedBy: anna }, `kupload,slost,u${anna}`],
  ])('%j stands in a button as %s and comes back', (filter, text) => {
    expect(writeJobsFilter(filter)).toBe(text);
    expect(readJobsFilter(text)).toEqual(filter);
  });

  test.each(['', 'kother', 'squeued', 'u', 'uabc', '-,-', 'ktrain;', `u${'1'.repeat(21)}`])(
    '%j is none',
    (text) => expect(readJobsFilter(text)).toBeUndefined(),
  );

  test('is told in words', () => {
    expect(jobsFilterText({})).toBeUndefined();
    expect(jobsFilterText({ state: 'lost', requestedBy: anna })).toBe(`Only: lost, for <@${anna}>`);
  });
});

describe('one job', () => {
  test('is shown with all that is known of it', async () => {
    const of = { slot: 0, attempts: 2 };
    await expectGolden(
      'jobs-show-running',
      jobsShowMessage(sampleSnapshot(running, { of, progress: midway })),
    );
  });

  test('that waits tells its place and when it is expected to start', async () => {
    const snapshot = sampleSnapshot(queued, {
      of: { attempts: 0 },
      place: 2,
      expectedStartAt: noon + 1_825_000,
    });
    await expectGolden('jobs-show-waiting', jobsShowMessage(snapshot));
    await expectGolden('jobs-waiting-expected', jobMessage(snapshot));
  });

  test('that is an upload', async () => {
    const of = { kind: 'upload', plan: upload } as const;
    await expectGolden('jobs-show-upload', jobsShowMessage(sampleSnapshot(succeeded, { of })));
  });

  test('whose texts are hostile and as long as can be', async () => {
    const plan = samplePlan({
      note: nasty.repeat(20),
      launch: { argv: ['python', nasty.repeat(500)], cwd: nasty, env: {} },
      settings: Array.from({ length: 60 }, (_, index) => ({
        key: `k${index}`,
        label: nasty,
        value: nasty.repeat(5),
        fileValue: nasty,
      })),
    });
    const of = { plan, planId: nasty, attempts: 1e9, slot: 7, runPath: `/${nasty.repeat(40)}` };
    const tail = Array.from({ length: 15 }, () => `${nasty} ${'x'.repeat(400)}`);
    const failure = { ...failed.failure, message: nasty.repeat(30) };
    const message = jobsShowMessage(sampleSnapshot({ ...failed, failure }, { of, tail }));
    await expectGolden('jobs-show-extreme', message);
  });
});

describe('the output', () => {
  const job = sampleJob(running, { attempts: 2 });

  test('is shown by its last lines', async () => {
    await expectGolden('jobs-logs', jobsLogsMessage({ job, lines: traceback, sizeBytes: 48_213 }));
  });

  test('that is not there is said not to be', async () => {
    const waiting = sampleJob(queued, { attempts: 0 });
    await expectGolden('jobs-logs-none', jobsLogsMessage({ job: waiting, lines: [] }));
  });

  test('cannot leave its code block nor the message', async () => {
    const lines = Array.from({ length: 60 }, () => nasty.repeat(40));
    await expectGolden('jobs-logs-extreme', jobsLogsMessage({ job, lines, sizeBytes: 9e15 }));
  });

  test('goes as a file, and what is missing is said', async () => {
    const data = Buffer.from('a line\n');
    await expectGolden(
      'jobs-output',
      jobsOutputMessage({ job: sampleJob(failed), data, sizeBytes: data.length }),
    );
    await expectGolden('jobs-output-cut', jobsOutputMessage({ job, data, sizeBytes: 52_428_800 }));
  });
});

test('the history counts by state and kind', async () => {
  const tallies = [
    { kind: 'train', state: 'succeeded', count: 1204, meanMs: 7_512_345.6 },
    { kind: 'train', state: 'failed', count: 3, meanMs: 60_000 },
    { kind: 'train', state: 'starting', count: 1 },
    { kind: 'train', state: 'running', count: 1 },
    { kind: 'upload', state: 'succeeded', count: 12, meanMs: 200_000 },
    { kind: 'upload', state: 'queued', count: 2 },
  ] as const;
  const spans = [{ days: 7, tallies: [] }, { days: 30, tallies: tallies.slice(0, 1) }, { tallies }];
  await expectGolden('jobs-history', jobsHistoryMessage(spans));
});

describe('answers', () => {
  test('to the wish to cancel', async () => {
    await expectGolden('jobs-cancel-question', cancelQuestion(sampleSnapshot(running, { progress: midway })));
    await expectGolden('jobs-cancel-again', cancelQuestion(sampleSnapshot(queued), true));
  });

  test('when there is nothing to stop', () => {
    const told = (state: JobState): string | undefined => overAnswer(sampleJob(state)).content;
    expect(told(succeeded)).toBe('Nothing to stop: job 12 is over, it has succeeded.');
    expect(told({ name: 'lost', at: 1, why: 'w' })).toBe('Nothing to stop: job 12 is over, it was lost.');
    expect(told({ ...running, cancel: { by: anna, at: 1 } })).toBe('Job 12 was asked to stop before.');
  });

  test('to changes of the queue', async () => {
    const held = sampleJob(queued, { held: true });
    await expectGolden('jobs-held', queueAnswer('hold', held, 3));
    await expectGolden('jobs-released', queueAnswer('release', sampleJob(queued), 1));
    await expectGolden('jobs-first', queueAnswer('first', sampleJob(queued), 1));
    await expectGolden('jobs-first-held', queueAnswer('first', held, 1));
    await expectGolden('jobs-start-anyway', startAnywayAnswer(sampleJob(queued)));
    await expectGolden('jobs-start-anyway-held', startAnywayAnswer(held));
  });
});
