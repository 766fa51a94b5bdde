// `npm run test:faults`: the fault suite in its long form, with figures. `npm test` holds the short one.
import { spawnSync } from 'node:child_process';
import { ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
const { status } = spawnSync('npx', ['vitest', 'run', 'test/faults', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TUNER_BOT_FAULTS: 'full' },
});
process.exit(status ?? 1);
