import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isEnded } from '../../src/domain/job.js';
import { as, badAnswers, ids, messagesIn } from '../helpers/sandbox.js';
import { startBot } from '../../sandbox/launch/bot-process.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { waitFor } from '../helpers/wait-for.js';
import { full, makeRig, randomFrom, tell, type Rig } from './rig.js';

const faults = full ? 50 : 9;

/** Everything that happens to a gateway connection and does not end the bot for good. */
const kinds: readonly (readonly [string, (rig: Rig) => void])[] = [
  ...[4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009].map(
    (code) => [`closed with ${code}`, ({ sandbox }: Rig) => sandbox.gateway.close(code)] as const,
  ),
  ['cut without a word', ({ sandbox }) => sandbox.gateway.cut()],
  ['asked to reconnect', ({ sandbox }) => sandbox.gateway.askReconnect()],
  ['session invalidated, resumable', ({ sandbox }) => sandbox.gateway.invalidate(true)],
  ['session invalidated', ({ sandbox }) => sandbox.gateway.invalidate(false)],
  [
    'cut, and refused for a second',
    ({ sandbox }) => {
      sandbox.faults.refuseGateway(1_000);
      sandbox.gateway.cut();
    },
  ],
  [
    'Discord away for two seconds',
    ({ sandbox }) => {
      sandbox.faults.goAway(2_000);
      sandbox.gateway.cut();
    },
  ],
  ['five answers of 500', ({ sandbox }) => sandbox.faults.answer({ with: 500, count: 5, path: /messages/ })],
  [
    'three answers lost',
    ({ sandbox }) => sandbox.faults.answer({ with: 'lost', count: 3, path: /messages/ }),
  ],
];

test(
  `${faults} faults of the gateway: training goes on, every end is told once, the bot answers after each`,
  async () => {
    const rig = await makeRig({ maxSteps: 12 });
    const random = randomFrom(7);
    const tess = as(rig.sandbox, 'tess');
    const backMs: number[] = [];
    await rig.start();
    /** A command that is answered, tried until it is: the bot may be between two sessions. */
    const answered = () =>
      waitFor(
        async () => {
          const { outcome } = await tess.command('/train platform:rtx method:sft');
          if (outcome.kind !== 'deferred') return undefined;
          await waitFor(() => !outcome.message.loading, { timeoutMs: 4_000 });
          return outcome.message;
        },
        { timeoutMs: 90_000 },
      );
    for (let fault = 0; fault < faults; fault += 1) {
      const shown = await answered();
      if (fault % 3 === 0) await tess.press(shown, 'Start');
      const at = full || faults >= kinds.length ? fault % kinds.length : Math.floor(random() * kinds.length);
      kinds[at]?.[1](rig);
      const began = performance.now();
      await answered();
      backMs.push(performance.now() - began);
    }
    await waitFor(() => rig.jobs().every(({ state }) => isEnded(state)), { timeoutMs: 60_000, everyMs: 100 });
    const notices = (id: number) =>
      messagesIn(rig.sandbox).filter(
        ({ pinged, content }) =>
          pinged.includes(ids.users.tess) && new RegExp(`\\*\\*Job ${id}\\*\\* succeeded`).test(content),
      ).length;
    await waitFor(() => rig.jobs().every(({ id }) => notices(id) > 0), { timeoutMs: 60_000, everyMs: 100 });
    const jobs = rig.jobs();
    await rig.stop();
    tell(`${faults} faults of the gateway`, {
      jobs: jobs.length,
      'jobs that did not succeed': jobs.filter(({ state }) => state.name !== 'succeeded').length,
      'notices doubled': jobs.filter(({ id }) => notices(id) > 1).length,
      IDENTIFYs: rig.sandbox.gateway.identifies,
      'answering again after, longest (ms)': Math.round(Math.max(...backMs)),
      integrity_check: rig.integrity(),
    });
    expect(jobs.map(({ state }) => state.name)).toEqual(jobs.map(() => 'succeeded'));
    expect(jobs.map(({ id }) => notices(id))).toEqual(jobs.map(() => 1));
    // Whose answer was lost is asked again, and is told that it was acknowledged: nobody could know better.
    expect(badAnswers(rig.sandbox).filter((answer) => !answer.includes('already been acknowledged'))).toEqual(
      [],
    );
    expect(rig.integrity()).toBe('ok');
  },
  full ? 1_800_000 : 240_000,
);

test.each([4004, 4010, 4012, 4013, 4014])(
  'a gateway closed with %d for good ends the bot, with its reason',
  async (code) => {
    const rig = await makeRig();
    await rig.start();
    const gone = new Promise((resolve) => rig.bot?.once('exit', resolve));
    rig.sandbox.gateway.close(code);
    expect(await gone).toBe(1);
    expect(rig.log()).toContain(String(code));
  },
);

test('two bots on one data folder: the second ends at once and says why', async () => {
  const rig = await makeRig();
  await rig.start();
  const first = rig.bot;
  rig.launch();
  const second = rig.bot;
  await new Promise((resolve) => second?.once('exit', resolve));
  expect(second?.exitCode).toBe(1);
  expect(rig.log()).toContain('Another tuner-bot is running on the data folder');
  expect(first?.exitCode).toBeNull();
  first?.kill('SIGKILL');
});

test('two bots of one token: the second ends at once and says why', async () => {
  const rig = await makeRig();
  await rig.start();
  const dataDir = await makeTempDir();
  const second = startBot({
    root: process.cwd(),
    apiUrl: rig.sandbox.apiUrl,
    token: rig.sandbox.world.token,
    toolsetRoot: rig.toolsetRoot,
    dataDir,
    config: join(rig.dataDir, 'bot.yaml'),
  });
  await new Promise((resolve) => second.once('exit', resolve));
  expect(second.exitCode).toBe(1);
  expect(readFileSync(join(dataDir, 'bot.log'), 'utf8')).toContain('uses the same Discord token');
  expect(rig.bot?.exitCode).toBeNull();
});
