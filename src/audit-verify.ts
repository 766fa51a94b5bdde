import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configExitCode, formatFaults } from './config/format-faults.js';
import { loadSettings } from './config/load-settings.js';
import { createAuditStore } from './db/audit-store.js';
import { openDatabase } from './db/open.js';

const { settings, faults } = loadSettings({ env: process.env, cwd: process.cwd() });
if (faults) {
  process.stderr.write(`${formatFaults(faults)}\n`);
  process.exit(configExitCode);
}

const file = join(settings.dataDir, 'tuner-bot.db');
if (!existsSync(file)) {
  process.stderr.write(
    `There is no database at ${file}: nothing was recorded yet, or TUNER_BOT_DATA_DIR is another.\n`,
  );
  process.exit(1);
}
const db = openDatabase(file);
const audit = createAuditStore(db);
const broken = audit.findFirstBroken();
process.stdout.write(
  broken === undefined
    ? `The audit holds: ${audit.count()} entries, each with the hash of the one before.\n`
    : `The audit is broken at entry ${broken}: it, or what stood there, was changed or removed.\n`,
);
db.close();
process.exitCode = broken === undefined ? 0 : 1;
