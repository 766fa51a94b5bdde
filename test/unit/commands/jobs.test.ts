import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommandInvocation, OptionValues } from '../../../src/commands/command.js';
import { createJobsActions } from '../../../src/commands/jobs-actions.js';
import { createJobsCommand } from '../../../src/commands/jobs.js';
import { createJobActions } from '../../../src/commands/job-actions.js';
import type { Actor } from '../../../src/domain/access.js';
import type { Job } from '../../../src/domain/job.js';
import type { Plan } from '../../../src/domain/plan.js';
import { UserError } from '../../../src/domain/user-error.js';
import { createJobOutput } from '../../../src/services/jobs/job-output.js';
import { createPlanDesk } from '../../../src/services/plans/create-plan-desk.js';
import type { MessageBody } from '../../../src/views/message.js';
import { checkCommand, checkMessage } from '../../helpers/discord-limits.js';
import { admin, alice, bob, nobody, openJobs, type JobsOptions } from '../../helpers/jobs.js';
import { writeCheckpoint } from '../../helpers/model-files.js';
import { makeTrainPlan } from '../../helpers/train-plan.js';
import { waitFor } from '../../helpers/wait-for.js';
import { customIds, kto, makeTrainingDesk, messageId, titleOf } from './setup.js';
import { makeUploadPlan } from '../../helpers/upload-plan.js';

/** `/jobs` and its buttons over real stores; every answer is held against Discord's limits. */
async function setUp(options: JobsOptions = {}) {
  const setup = await openJobs({ slots: [], ...options });
  const { desk: training, requests } = makeTrainingDesk([kto]);
  const parts = { jobs: setup.jobDesk, plans: setup.planDesk, training };
  const command = createJobsCommand(parts);
  const groups = [createJobsActions(parts), createJobActions(parts)];

  /** A confirmed plan: a job that waits. */
  async function queue(plan: Plan = makeTrainPlan(), actor: Actor = alice): Promise<Job> {
    const planDesk = createPlanDesk({
      plans: setup.plans,
      kinds: { train: passing('train'), upload: passing('upload') },
      clock: Date.now,
      access: nobody,
      jobChannel: undefined,
      onQueued: () => undefined,
    });
    const result = await planDesk.confirm(planDesk.propose(plan, actor).id, actor);
    if (result.outcome !== 'confirmed') throw new Error(result.outcome);
    setup.changed(result.jobs[0]!.id);
    return result.jobs[0]!;
  }

  /** Jobs that are over, without any child: what it takes to have many. */
  async function end(job: Job, name: 'failed' | 'succeeded' | 'lost', facts = {}): Promise<Job> {
    const at = Date.now();
    const starting = setup.jobs.transition(job, { name: 'starting', at, attempt: 1 })!;
    if (name === 'failed') {
      const failure = { code: 'exit-code', message: 'Exit code 1.' } as const;
      return setup.jobs.transition(starting, { name, at, failure }, { facts })!;
    }
    const process = { pid: 999_999_999, startedAt: '1', bootId: 'b' };
    const running = setup.jobs.transition(starting, { name: 'running', at, attempt: 1, process })!;
    const over = name === 'lost' ? ({ name, at, why: 'w' } as const) : ({ name, at, warnings: [] } as const);
    return setup.jobs.transition(running, over, { facts: { startedAt: at - 60_000, ...facts } })!;
  }

  const answerTo = async (actor: Actor, run: (invocation: CommandInvocation) => Promise<void>) => {
    const replies: MessageBody[] = [];
    await run({
      id: 'i1',
      actor,
      options: {},
      whisper: () => Promise.reject(new Error('nothing is whispered here')),
      announce: () => Promise.reject(new Error('nothing is announced here')),
      reply(message) {
        expect(checkMessage(message)).toEqual([]);
        replies.push(message);
        return Promise.resolve(messageId);
      },
    });
    return replies.at(-1)!;
  };
  return {
    ...setup,
    command,
    requests,
    queue,
    end,
    type: (subcommand: string, options: OptionValues = {}, actor: Actor = alice) =>
      answerTo(actor, (invocation) => command.run({ ...invocation, subcommand, options })),
    press(customId: string, actor: Actor = alice) {
      const [namespace, name = '', ...args] = customId.split(':');
      const action = groups.find((group) => group.namespace === namespace)?.actions[name];
      if (action?.kind !== 'press') throw new Error(`No press ${customId}`);
      return answerTo(actor, (invocation) => action.run({ ...invocation, args, values: [], messageId }));
    },
    rightOfPress: (name: string, id: number) =>
      groups[1]!.actions[name]!.rightOf?.([String(id)]) ?? groups[1]!.actions[name]!.right,
    complete: (subcommand: string, typed: string) =>
      command.autocomplete!({ actor: alice, option: 'job', typed, options: {}, subcommand }),
  };
}

const passing = <K extends 'train' | 'upload'>(kind: K) => ({
  kind,
  needsSlot: () => true,
  compare: () => Promise.resolve([]),
  replan: (plan: Plan) => Promise.resolve(plan),
  environment: () => ({}),
  track: () => {
    throw new Error('nothing runs here');
  },
});

const upload = makeUploadPlan();

const sleeper = makeTrainPlan({
  launch: {
    argv: ['python3', '-c', 'import time; print("hello", flush=True); time.sleep(60)'],
    cwd: '/',
    env: {},
  },
});

/** Numbers of the jobs that a list shows, from top to bottom. */
const listed = (message: MessageBody): number[] =>
  [...(message.embeds?.[0]?.description ?? '').matchAll(/ \*\*(\d+)\*\* /g)].map(([, id]) => Number(id));

describe('/jobs', () => {
  test('is a command that Discord takes, answered to one person alone', async () => {
    const { command } = await setUp();
    expect(checkCommand(command.definition as never)).toEqual([]);
    expect([command.right, command.acknowledge]).toEqual(['view', 'private']);
    expect(command.definition.options?.map(({ name }) => name)).toEqual([
      'list',
      'show',
      'logs',
      'cancel',
      'retry',
      'resume',
      'history',
      'hold',
      'release',
      'first',
    ]);
  });

  test('needs the right for what it does, and for the kind of the job', async () => {
    const { command, queue, rightOfPress } = await setUp();
    const [training, uploading] = [await queue(), await queue(upload)];
    const right = (subcommand: string, job?: number) =>
      command.rightOf!({ subcommand, options: job === undefined ? {} : { job: String(job) } });
    expect(['list', 'show', 'logs', 'history'].map((name) => right(name))).toEqual(Array(4).fill('view'));
    expect(['hold', 'release', 'first'].map((name) => right(name))).toEqual(Array(3).fill('administer'));
    for (const name of ['cancel', 'retry', 'resume']) {
      expect([right(name, training.id), right(name, uploading.id), right(name, 99), right(name)]).toEqual([
        'train',
        'upload',
        'train',
        'train',
      ]);
    }
    expect(['cancel', 'stop'].map((name) => rightOfPress(name, uploading.id))).toEqual(['upload', 'upload']);
    expect(['cancel', 'logs', 'output'].map((name) => rightOfPress(name, training.id))).toEqual([
      'train',
      'view',
      'view',
    ]);
  });

  test.each(['show', 'logs', 'cancel', 'retry', 'resume', 'hold', 'release', 'first'])(
    '%s refuses what is no job of this server',
    async (subcommand) => {
      const { type, queue, jobs } = await setUp();
      const job = await queue();
      const elsewhere = { ...admin, guildId: '200000000000000009' };
      for (const typed of ['', 'x', '0', '-1', '1e3', '99', '../1', '9'.repeat(40), `${job.id};`]) {
        await expect(type(subcommand, { job: typed }, admin)).rejects.toThrow(/There is no/);
      }
      await expect(type(subcommand, { job: String(job.id) }, elsewhere)).rejects.toThrow(/There is no/);
      expect(jobs.get(job.id)).toEqual(job);
    },
  );

  test.each(['cancel', 'retry', 'resume'])(
    '%s is for the person who asked and administrators',
    async (name) => {
      const { type, queue } = await setUp();
      const { id } = await queue();
      await expect(type(name, { job: String(id) }, bob)).rejects.toThrow(/belongs to <@100000000000000001>/);
    },
  );

  test('whose subcommand is not known is refused', async () => {
    const { type } = await setUp();
    await expect(type('constructor')).rejects.toThrow(UserError);
    await expect(type('')).rejects.toThrow(UserError);
  });
});

describe('/jobs list', () => {
  test('leads through all jobs: those that wait in their order, then the others, newest first', async () => {
    const { type, press, queue, end, jobDesk } = await setUp();
    for (let count = 1; count <= 25; count++) {
      const job = await queue();
      if (count > 4) await end(job, 'succeeded');
    }
    jobDesk.moveFirst(3, admin);
    const [first] = [await type('list')];
    expect(listed(first)).toEqual([3, 1, 2, 4, 25, 24, 23, 22, 21, 20]);
    const next = (message: MessageBody) => customIds(message).find((id) => id.startsWith('jobs:next:'))!;
    const second = await press(next(first));
    expect(listed(second)).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
    const third = await press(next(second));
    expect(listed(third)).toEqual([9, 8, 7, 6, 5]);
    expect(JSON.stringify(third.components)).toMatch(/"jobs:next:-:3"[^}]*"disabled":true/);
    expect(listed(await press(customIds(third).find((id) => id.startsWith('jobs:previous:'))!))).toEqual(
      listed(second),
    );
  });

  test('filters by kind, state and person, also on its buttons', async () => {
    const { type, press, queue, end } = await setUp();
    const waiting = await queue();
    const bobs = await end(await queue(makeTrainPlan(), bob), 'failed');
    const uploaded = await end(await queue(upload), 'succeeded');
    const shown = async (options: OptionValues) => listed(await type('list', options));
    expect(await shown({})).toEqual([waiting.id, uploaded.id, bobs.id]);
    expect(await shown({ kind: 'upload' })).toEqual([uploaded.id]);
    expect(await shown({ state: 'waiting' })).toEqual([waiting.id]);
    expect(await shown({ state: 'failed', person: bob.userId })).toEqual([bobs.id]);
    expect(await shown({ state: 'failed', person: alice.userId })).toEqual([]);
    const filtered = await type('list', { person: alice.userId });
    expect(listed(await press(customIds(filtered)[0]!))).toEqual([waiting.id, uploaded.id]);
  });

  test.each([
    'jobs:next',
    'jobs:next:-',
    'jobs:next:-:-1',
    'jobs:next:-:1e9',
    'jobs:next:x:0',
    'jobs:refresh::0',
  ])('refuses the forged %s', async (customId) => {
    const { press } = await setUp();
    await expect(press(customId)).rejects.toThrow(UserError);
  });

  test.each<OptionValues>([{ kind: 'eval' }, { state: 'queued' }, { person: '1 OR 1' }])(
    'refuses %j',
    async (options) => {
      const { type } = await setUp();
      await expect(type('list', options)).rejects.toThrow(UserError);
    },
  );
});

describe('a running job', () => {
  async function run() {
    const setup = await setUp({ slots: [0] });
    const { id } = await setup.queue(sleeper);
    setup.supervisor.start();
    await waitFor(async () => (await setup.jobDesk.snapshot(id))?.tail.includes('hello') === true);
    const state = () => setup.jobDesk.get(id)!.state;
    return { ...setup, id, options: { job: String(id) }, state };
  }

  test('is cancelled after one question, by the button that holds for its state', async () => {
    const { type, press, options, state, id } = await run();
    const question = await type('cancel', options);
    expect(question.content).toContain(`Cancel job ${id}?`);
    expect(state()).toMatchObject({ name: 'running' });
    expect(state()).not.toHaveProperty('cancel');
    const [button = ''] = customIds(question);
    await expect(press(button, bob)).rejects.toThrow(/belongs to/);

    const old = await press(`job:stop:${id}:${state().at - 1}`);
    expect(old.content).toContain('Nothing was done');
    expect(customIds(old)).toEqual([button]);
    expect(state()).not.toHaveProperty('cancel');

    expect((await press(button)).content).toContain('was asked to stop');
    const again = await press(button);
    expect(again.content).toMatch(/was asked to stop before|is over, it was cancelled/);
    await waitFor(() => state().name === 'cancelled');
    expect((await press(button)).content).toContain('is over, it was cancelled');
    expect((await type('cancel', options)).content).toContain('is over, it was cancelled');
  });

  test('is shown, with its last lines and its output as a file', async () => {
    const { type, press, options, id } = await run();
    const shown = await type('show', options, bob);
    expect(titleOf(shown)).toMatch(/^▶️ Running/);
    expect(shown.embeds?.[1]?.description).toContain('Attempts: 1');
    const logs = await press(customIds(shown)[0]!, bob);
    expect(logs.embeds?.[0]?.description).toContain('hello');
    const file = await press(
      customIds(logs).find((each) => each.startsWith('job:output:'))!,
      bob,
    );
    expect(file.files?.map(({ name, data }) => [name, data.toString()])).toEqual([
      [`job-${id}-output.log`, 'hello\n'],
    ]);
  });

  test('cannot be held, moved, retried or resumed', async () => {
    const { type, options } = await run();
    for (const name of ['hold', 'release', 'first', 'retry', 'resume']) {
      await expect(type(name, options, admin)).rejects.toThrow(/does not wait any more|is not over/);
    }
  });
});

describe('a waiting job', () => {
  test('is cancelled at once, and the others move up', async () => {
    const { type, queue, jobDesk } = await setUp();
    const [first, second] = [await queue(), await queue()];
    const told: number[] = [];
    jobDesk.onChange((id) => told.push(id));
    expect((await type('cancel', { job: `#${first.id}` })).content).toBe(`⏹️ Job ${first.id} is cancelled.`);
    expect((await jobDesk.snapshot(second.id))?.place).toBe(1);
    expect(new Set(told)).toEqual(new Set([first.id, second.id]));
  });

  test('that is held does not start before it is released', async () => {
    const { type, queue, jobDesk, supervisor } = await setUp({ slots: [0] });
    const [held, other] = [await queue(), await queue()];
    const answer = await type('hold', { job: String(held.id) }, admin);
    expect(answer.content).toContain('is held back');
    supervisor.start();
    await waitFor(() => jobDesk.get(other.id)?.state.name === 'succeeded');
    expect(jobDesk.get(held.id)).toMatchObject({ held: true, state: { name: 'queued' } });
    await type('release', { job: String(held.id) }, admin);
    await waitFor(() => jobDesk.get(held.id)?.state.name === 'succeeded');
  });

  test('that is held while its files are compared does not start', async () => {
    let release: () => void = () => undefined;
    const compared = new Promise<readonly string[]>((resolve) => (release = () => resolve([])));
    let comparing = 0;
    const compare = () => {
      comparing += 1;
      return compared;
    };
    const train = { ...passing('train'), compare };
    const { queue, jobDesk, supervisor, jobs } = await setUp({ slots: [0], kinds: { train } });
    const { id } = await queue();
    supervisor.start();
    await waitFor(() => comparing === 1);
    jobDesk.hold(id, admin);
    release();
    await supervisor.stop();
    expect(jobs.get(id)).toMatchObject({ held: true, attempts: 0, state: { name: 'queued' } });
  });

  test('is moved to the front, and every place that changed is told', async () => {
    const { type, queue, jobDesk } = await setUp();
    const ids = [await queue(), await queue(), await queue(), await queue()].map(({ id }) => id);
    const told = new Set<number>();
    jobDesk.onChange((id) => told.add(id));
    await type('first', { job: String(ids[2]) }, admin);
    const places = await Promise.all(ids.map(async (id) => (await jobDesk.snapshot(id))?.place));
    expect(places).toEqual([2, 3, 1, 4]);
    expect(told).toEqual(new Set(ids.slice(0, 3)));
    expect((await type('first', { job: String(ids[2]) }, admin)).content).toContain('is first of those');
  });

  test.each(['hold', 'release', 'first'])('is not changed by %s of somebody else', async (name) => {
    const { type, queue, jobs } = await setUp();
    await queue();
    const job = await queue();
    await expect(type(name, { job: String(job.id) }, alice)).rejects.toThrow(/Only administrators/);
    expect(jobs.get(job.id)).toEqual(job);
  });
});

describe('/jobs retry', () => {
  test('plans the same once more, with a button', async () => {
    const { type, queue, end, requests, plans } = await setUp();
    const plan = makeTrainPlan({
      overrides: { epochs: 2, learning_rate: 2e-6 },
      note: 'second try',
      resumeFrom: { path: '/runs/1/checkpoint-5', label: '1/checkpoint-5' },
    });
    const { id } = await end(await queue(plan), 'failed');
    const message = await type('retry', { job: String(id) });
    expect(requests).toEqual([
      {
        platform: 'rtx',
        method: 'kto',
        overrides: { epochs: 2, learning_rate: 2e-6 },
        dryRun: false,
        note: 'second try',
        resumeFrom: '/runs/1/checkpoint-5',
      },
    ]);
    const [start = ''] = customIds(message);
    expect(plans.get(start.split(':')[2]!)).toMatchObject({
      state: { name: 'open' },
      requestedBy: alice.userId,
    });
  });

  test('proposes an upload as it was', async () => {
    const { type, queue, end, plans, requests } = await setUp();
    const { id } = await end(await queue(upload), 'lost');
    const [start = ''] = customIds(await type('retry', { job: String(id) }));
    expect(plans.get(start.split(':')[2]!)?.plan).toEqual(upload);
    expect(requests).toEqual([]);
    await expect(type('resume', { job: String(id) })).rejects.toThrow(/no checkpoints/);
  });

  test('refuses what has succeeded', async () => {
    const { type, queue, end } = await setUp();
    const { id } = await end(await queue(), 'succeeded');
    await expect(type('retry', { job: String(id) })).rejects.toThrow(/has succeeded/);
    await expect(type('resume', { job: String(id) })).rejects.toThrow(/has succeeded/);
  });
});

describe('/jobs resume', () => {
  test('goes on from the newest checkpoint that is whole', async () => {
    const { type, queue, end, requests, dataDir } = await setUp();
    const runPath = join(dataDir, 'run');
    const whole = writeCheckpoint(runPath, 100);
    writeCheckpoint(runPath, 20);
    writeCheckpoint(runPath, 300, Buffer.from('cut off'));
    const { id } = await end(await queue(makeTrainPlan({ overrides: { epochs: 2 } })), 'lost', { runPath });
    expect(customIds(await type('resume', { job: String(id) }))[0]).toMatch(/^plan:start:/);
    expect(requests).toMatchObject([{ method: 'kto', overrides: { epochs: 2 }, resumeFrom: whole }]);
  });

  test('says why it cannot', async () => {
    const { type, queue, end, requests, dataDir } = await setUp();
    const runPath = join(dataDir, 'run');
    const resume = async (facts: object) => {
      const { id } = await end(await queue(), 'failed', facts);
      return type('resume', { job: String(id) });
    };
    await expect(resume({})).rejects.toThrow(/never told where its run folder is/);
    await expect(resume({ runPath })).rejects.toThrow(/left no checkpoint\./);
    writeCheckpoint(runPath, 300, Buffer.from('cut off'));
    await expect(resume({ runPath })).rejects.toThrow(/left no checkpoint whose files are all whole/);
    expect(requests).toEqual([]);
  });

  test('takes nothing that another run left in a folder shared by all', async () => {
    const { type, queue, end, dataDir } = await setUp();
    const runPath = join(dataDir, 'mlx');
    const { layout } = makeTrainPlan();
    const plan = makeTrainPlan({ layout: { ...layout, kind: 'single', runsDir: runPath } });
    writeCheckpoint(runPath, 100);
    const inTheFuture = { runPath, startedAt: Date.now() + 3_600_000 };
    const first = await end(await queue(plan), 'failed', inTheFuture);
    await expect(type('resume', { job: String(first.id) })).rejects.toThrow(/left no checkpoint\./);
    const second = await end(await queue(plan), 'failed', { runPath });
    await expect(type('resume', { job: String(first.id) })).rejects.toThrow(
      `job ${second.id} has used the same folder since`,
    );
    expect(customIds(await type('resume', { job: String(second.id) }))[0]).toMatch(/^plan:start:/);
  });
});

test('/jobs history counts what is recorded, by span', async () => {
  let now = Date.now() - 40 * 86_400_000;
  const { type, jobDesk, queue, end, db } = await setUp({ clock: () => now });
  const old = await end(await queue(), 'succeeded');
  db.prepare('UPDATE jobs SET created_at = ? WHERE id = ?').run(now, old.id);
  now = Date.now();
  await end(await queue(), 'succeeded');
  await end(await queue(upload), 'failed');
  await queue();
  expect(jobDesk.history().map(({ tallies }) => tallies)).toEqual([recent(1), recent(1), recent(2)]);
  expect((await type('history')).embeds?.[0]?.description).toContain('**All time**: 4 jobs');
});

function recent(succeeded: number) {
  return [
    { kind: 'train', state: 'queued', count: 1 },
    { kind: 'train', state: 'succeeded', count: succeeded, meanMs: 60_000 },
    { kind: 'upload', state: 'failed', count: 1 },
  ];
}

describe('suggestions', () => {
  test('match number, state, method and person, newest first, and only what can be meant', async () => {
    const { complete, queue, end, jobDesk } = await setUp();
    const waiting = await queue();
    const failed = await end(await queue(makeTrainPlan({ note: 'try `this`\u202e' }), bob), 'failed');
    const uploaded = await end(await queue(upload), 'lost');
    const values = async (subcommand: string, typed = '') =>
      (await complete(subcommand, typed)).map(({ value }) => Number(value));
    expect(await values('show')).toEqual([uploaded.id, failed.id, waiting.id]);
    expect(await values('show', 'KTO')).toEqual([failed.id, waiting.id]);
    expect(await values('show', 'kto fail')).toEqual([failed.id]);
    expect(await values('show', `<@${bob.userId}>`)).toEqual([failed.id]);
    expect(await values('show', String(waiting.id))).toEqual([waiting.id]);
    expect(await values('show', 'nothing')).toEqual([]);
    expect(await values('cancel')).toEqual([waiting.id]);
    expect(await values('retry')).toEqual([uploaded.id, failed.id]);
    expect(await values('resume')).toEqual([failed.id]);
    expect([await values('hold'), await values('release')]).toEqual([[waiting.id], []]);
    jobDesk.hold(waiting.id, admin);
    expect([await values('hold'), await values('release')]).toEqual([[], [waiting.id]]);
    expect((await complete('show', '')).map(({ name }) => name)).toEqual([
      `${uploaded.id} · lost · upload to alice/one`,
      `${failed.id} · failed · kto on rtx · try \`this\``,
      `${waiting.id} · waiting, held back · kto on rtx`,
    ]);
  });

  test('are 25 at most; an older one is found by its number', async () => {
    const { complete, queue } = await setUp();
    for (let count = 1; count <= 310; count++) await queue();
    expect(await complete('show', '')).toHaveLength(25);
    expect((await complete('show', '3')).map(({ value }) => value).slice(0, 3)).toEqual(['3', '310', '309']);
  });
});

describe('the output', () => {
  async function withOutput(text: string, fileBytes?: number) {
    const { queue, jobs, jobsDir } = await withJobsDir();
    const job = jobs.setFacts((await queue()).id, { attempts: 2 });
    const file = join(jobsDir, String(job.id), 'attempt-2', 'output.log');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    const output = createJobOutput({ require: () => job, jobsDir, ...(fileBytes && { fileBytes }) });
    return { output, job, file };
  }
  async function withJobsDir() {
    const setup = await setUp();
    return { ...setup, jobsDir: join(setup.dataDir, 'jobs') };
  }

  test('is the newest attempt’s, to its last line', async () => {
    const { output, file } = await withOutput('one\ntwo\n');
    expect(await output.readTail(1, alice)).toMatchObject({ lines: ['one', 'two'], sizeBytes: 8 });
    await appendFile(file, '\u001b[31mthree\u001b[0m');
    expect((await output.readTail(1, alice)).lines).toEqual(['one', 'two', 'three']);
    expect((await output.readOutput(1, alice)).data.toString()).toBe('one\ntwo\n\u001b[31mthree\u001b[0m');
  });

  test.each([
    ['one\ntwo\nthree\n', 14, 'one\ntwo\nthree\n'],
    ['one\ntwo\nthree\n', 13, 'two\nthree\n'],
    ['one\ntwo\nthree\n', 7, 'three\n'],
    ['no line end at all', 6, 'at all'],
  ])('%j as a file of %i bytes is %j', async (text, fileBytes, sent) => {
    const { output } = await withOutput(text, fileBytes);
    const { data, sizeBytes } = await output.readOutput(1, alice);
    expect([data.toString(), sizeBytes]).toEqual([sent, text.length]);
  });

  test('that is missing or empty is said to be', async () => {
    const { output } = await withOutput('');
    await expect(output.readOutput(1, alice)).rejects.toThrow(/has no output/);
    const { type, press, queue } = await setUp();
    const { id } = await queue();
    expect((await type('logs', { job: String(id) })).embeds?.[0]?.description).toContain(
      'It has not run yet.',
    );
    await expect(press(`job:output:${id}`)).rejects.toThrow(/it has not run/);
  });
});
