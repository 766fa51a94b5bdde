import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createAuditStore } from '../../src/db/audit-store.js';
import { openDatabase } from '../../src/db/open.js';
import { makeTempDir } from '../helpers/temp-dir.js';

/** `npm run audit:verify` as a program of its own: exit code and what it printed. */
function verify(dataDir: string): Promise<[number, string]> {
  const file = join(dataDir, 'bot.yaml');
  mkdirSync(join(dataDir, 'toolset/Trainers/kto'), { recursive: true });
  writeFileSync(join(dataDir, 'toolset/Trainers/kto/train_kto.py'), '');
  writeFileSync(file, 'discord: { guild: "1426000000000000001" }\ntoolset: { root: toolset }\n');
  const env = {
    PATH: process.env['PATH'],
    DISCORD_API_URL: 'http://127.0.0.1:9/api',
    TUNER_BOT_CONFIG: file,
    TUNER_BOT_DATA_DIR: dataDir,
  };
  return new Promise((done) => {
    const program = resolve('dist/src/audit-verify.js');
    execFile(process.execPath, [program], { env, cwd: dataDir }, (error, stdout, stderr) =>
      done([Number(error?.code ?? 0), `${stdout}${stderr}`]),
    );
  });
}

test('audit:verify says whether the audit holds, and where it does not', async () => {
  const dataDir = await makeTempDir();
  expect(await verify(dataDir)).toEqual([1, expect.stringMatching(/^There is no database at /)]);
  const db = openDatabase(join(dataDir, 'tuner-bot.db'));
  const audit = createAuditStore(db);
  for (let at = 1; at <= 7; at += 1) {
    audit.append({ at, kind: 'command', name: 'train', userId: '1', input: {}, outcome: 'done' });
  }
  // The database is open, as it is while the bot runs.
  expect(await verify(dataDir)).toEqual([
    0,
    'The audit holds: 7 entries, each with the hash of the one before.\n',
  ]);
  db.exec(
    "DROP TRIGGER audit_no_update; UPDATE audit SET record_json = replace(record_json, 'train', 'doctor') WHERE id = 5",
  );
  expect(await verify(dataDir)).toEqual([
    1,
    'The audit is broken at entry 5: it, or what stood there, was changed or removed.\n',
  ]);
});
