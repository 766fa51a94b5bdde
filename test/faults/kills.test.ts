import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isEnded, type Job } from '../../src/domain/job.js';
import { as, ids, messagesIn, textOf } from '../helpers/sandbox.js';
import { waitFor } from '../helpers/wait-for.js';
import { full, makeRig, randomFrom, tell, type Rig } from './rig.js';

const kills = full ? 200 : 10;
const seed = Number(process.env['TUNER_BOT_SEED'] ?? 20_261_124);
/** A job is begun at most this often: the channel takes five messages in five seconds. */
const jobEveryMs = 3_000;

/** What happened in truth, by the files that the bot does not write. */
function truthOf(rig: Rig, job: Job): string {
  const dir = join(rig.dataDir, 'jobs', String(job.id));
  const attempt = existsSync(dir) ? readdirSync(dir).sort().at(-1) : undefined;
  const exit = attempt === undefined ? undefined : join(dir, attempt, 'exit.json');
  if (exit === undefined || !existsSync(exit)) return 'never ran';
  const { exitCode } = JSON.parse(readFileSync(exit, 'utf8')) as { exitCode: number };
  const model = job.runPath !== undefined && existsSync(join(job.runPath, 'final_model'));
  return exitCode === 0 && model ? 'succeeded' : `exit code ${exitCode}`;
}

function finishNotices(rig: Rig, jobId: number): number {
  const form = new RegExp(`\\*\\*Job ${jobId}\\*\\* (?:succeeded|failed|cancelled|was lost)`);
  return messagesIn(rig.sandbox).filter(
    ({ content, pinged }) => pinged.includes(ids.users.tess) && form.test(content),
  ).length;
}

function liveMessages(rig: Rig, jobId: number): number {
  const form = new RegExp(`\\*\\*Job ${jobId}\\*\\* `);
  return messagesIn(rig.sandbox).filter(
    (message) => message.pinged.length === 0 && form.test(textOf(message)),
  ).length;
}

/** Asks for trainings and starts them, as somebody whose bot keeps dying would: what fails is tried again later. */
async function keepTraining(rig: Rig, goOn: () => boolean): Promise<void> {
  const tess = as(rig.sandbox, 'tess');
  while (goOn()) {
    const began = performance.now();
    try {
      const { outcome } = await tess.command('/train platform:rtx method:sft');
      if (outcome.kind === 'deferred') {
        await waitFor(() => !outcome.message.loading, { timeoutMs: 2_000 });
        await tess.press(outcome.message, 'Start');
      }
    } catch {
      // The bot died in between: the plan never came, or the button is not there.
    }
    await pause(Math.max(0, jobEveryMs - (performance.now() - began)));
  }
}

/** Moments at which a kill hurts most, and any moment at all. */
function createMoments(rig: Rig, random: () => number) {
  const appeared = (name: string) => {
    const jobs = join(rig.dataDir, 'jobs');
    return existsSync(jobs)
      ? readdirSync(jobs, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(name)).length
      : 0;
  };
  const after = (name: string) => async () => {
    const before = appeared(name);
    await waitFor(() => appeared(name) > before, { timeoutMs: 8_000, everyMs: 2 }).catch(() => undefined);
    await pause(random() * 20);
  };
  const onMessage = (fits: (pings: boolean) => boolean) => () =>
    new Promise<void>((resolve) => {
      const over = setTimeout(done, 8_000);
      const stop = rig.sandbox.world.watch((event) => {
        if (event.type === 'message' && event.change === 'create' && fits(event.message.pinged.length > 0))
          done();
      });
      function done(): void {
        clearTimeout(over);
        stop();
        resolve();
      }
    });
  return [
    ['while it starts', () => pause(random() * 400)],
    ['at any moment', () => pause(random() * 2_500)],
    ['as a child is claimed', after('claim')],
    ['as a child begins', after('process.json')],
    ['as a child ends', after('exit.json')],
    ['as a message is posted', onMessage((pings) => !pings)],
    ['as a notice is posted', onMessage((pings) => pings)],
  ] as const;
}

test(
  `${kills} kills at random moments: no job lost, none told falsely, each end told once`,
  async () => {
    const rig = await makeRig();
    const random = randomFrom(seed);
    const moments = createMoments(rig, random);
    const by: Record<string, number> = {};
    const readyMs: number[] = [];
    let going = true;
    await rig.start();
    const training = keepTraining(rig, () => going);
    for (let kill = 0; kill < kills; kill += 1) {
      const [name, moment] = moments[kill % moments.length] ?? moments[0];
      await moment();
      await rig.kill();
      by[name] = (by[name] ?? 0) + 1;
      expect(rig.integrity()).toBe('ok');
      const began = performance.now();
      if (moments[(kill + 1) % moments.length]?.[0] === 'while it starts') rig.launch();
      else {
        await rig.start();
        readyMs.push(performance.now() - began);
      }
    }
    going = false;
    await training;
    await rig.kill();
    await rig.start();
    await waitFor(() => rig.jobs().every(({ state }) => isEnded(state)), { timeoutMs: 60_000, everyMs: 200 });
    await waitFor(
      () => rig.jobs().every(({ id }) => finishNotices(rig, id) > 0 && liveMessages(rig, id) > 0),
      {
        timeoutMs: 120_000,
        everyMs: 200,
      },
    ).catch(() => undefined);
    await rig.stop();

    const jobs = rig.jobs();
    const lost = jobs.filter(({ state }) => state.name === 'lost');
    const untrue = jobs.filter(
      (job) => (job.state.name === 'succeeded') !== (truthOf(rig, job) === 'succeeded'),
    );
    const doubled = jobs.filter(({ id }) => finishNotices(rig, id) > 1);
    const missing = jobs.filter(({ id }) => finishNotices(rig, id) === 0);
    const messages = jobs.filter(({ id }) => liveMessages(rig, id) !== 1);
    tell(`${kills} kills (seed ${seed})`, {
      ...by,
      jobs: jobs.length,
      'jobs lost': lost.length,
      'false states': untrue.length,
      'notices doubled': doubled.length,
      'notices missing': missing.length,
      'jobs without exactly one message': messages.length,
      'start to ready, longest (ms)': Math.round(Math.max(...readyMs)),
      integrity_check: rig.integrity(),
    });
    expect(jobs.length).toBeGreaterThan(kills / 10);
    expect(lost.map(({ id, state }) => [id, state])).toEqual([]);
    expect(untrue.map((job) => [job.id, job.state, truthOf(rig, job)])).toEqual([]);
    expect(doubled.map(({ id }) => id)).toEqual([]);
    expect(missing.map(({ id }) => id)).toEqual([]);
    expect(messages.map(({ id }) => [id, liveMessages(rig, id)])).toEqual([]);
    expect(rig.integrity()).toBe('ok');
  },
  full ? 3_600_000 : 180_000,
);
