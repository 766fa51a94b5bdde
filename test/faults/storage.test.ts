import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { as, textOf } from '../helpers/sandbox.js';
import { waitFor } from '../helpers/wait-for.js';
import { makeRig, type Rig } from './rig.js';

/** A plan on the screen of Tess, ready to be started. */
async function showPlan(rig: Rig) {
  const tess = as(rig.sandbox, 'tess');
  const { outcome } = await tess.command('/train platform:rtx method:sft');
  if (outcome.kind !== 'deferred') throw new Error(outcome.kind);
  await waitFor(() => !outcome.message.loading);
  return { tess, shown: outcome.message };
}

test.each([
  ['is locked by another program', 'BEGIN IMMEDIATE', 'ROLLBACK'],
  [
    'takes nothing more, as when the disk is full',
    `CREATE TRIGGER full_disk BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`,
    'DROP TRIGGER full_disk',
  ],
])(
  'a database that %s: nothing is started, the person is told, and it works afterwards',
  async (_, spoil, mend) => {
    const rig = await makeRig();
    await rig.start();
    const { tess, shown } = await showPlan(rig);
    const other = new Database(join(rig.dataDir, 'tuner-bot.db'));
    other.exec(spoil);
    await tess.press(shown, 'Start');
    await waitFor(
      () =>
        tess
          .messages()
          .find(
            (message) => message.ephemeralFor === tess.userId && /reference|again/i.test(textOf(message)),
          ),
      { timeoutMs: 20_000 },
    );
    expect(existsSync(join(rig.dataDir, 'jobs'))).toBe(false);
    other.exec(mend);
    other.close();
    expect(rig.jobs()).toEqual([]);
    expect(rig.bot?.exitCode).toBeNull();
    await tess.press(shown, 'Start');
    await waitFor(() => rig.jobs().some(({ state }) => state.name === 'succeeded'), { timeoutMs: 30_000 });
    await rig.stop();
    expect(rig.integrity()).toBe('ok');
  },
);

test('a data folder that is deleted ends the bot, with its reason, before it starts what nobody would find', async () => {
  const rig = await makeRig();
  await rig.start();
  const gone = new Promise((resolve) => rig.bot?.once('exit', resolve));
  for (const name of ['tuner-bot.db', 'tuner-bot.db-wal', 'tuner-bot.db-shm']) {
    rmSync(join(rig.dataDir, name), { force: true });
  }
  expect(await gone).toBe(1);
  expect(rig.log()).toContain('was deleted or replaced while the bot ran');
});
