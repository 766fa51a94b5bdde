import { createApp } from './app.js';
import { configExitCode, formatFaults } from './config/format-faults.js';
import { loadSettings } from './config/load-settings.js';
import { secretTexts } from './config/settings.js';
import { UserError } from './domain/user-error.js';
import { createLog } from './app/log.js';

const { settings, faults } = loadSettings({ env: process.env, cwd: process.cwd() });
if (faults) {
  process.stderr.write(`${formatFaults(faults)}\n`);
  process.exit(configExitCode);
}

const log = createLog(settings.logLevel, secretTexts(settings));
const app = createApp({ settings, log, onFatal: (reason) => end(1, reason) });

/** Ends the process once; a second signal ends it at once. Children go on either way. */
let ending = false;
function end(exitCode: number, reason: string): void {
  if (ending) process.exit(exitCode);
  ending = true;
  log.info({ reason }, 'stopping');
  app.stop().then(
    () => process.exit(exitCode),
    (error: unknown) => {
      log.error({ err: error }, 'could not stop cleanly');
      process.exit(1);
    },
  );
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0, signal));
process.on('unhandledRejection', (error) => {
  log.fatal({ err: error }, 'unhandled rejection');
  end(1, 'unhandled rejection');
});

try {
  await app.start();
} catch (error) {
  if (error instanceof UserError) {
    log.fatal({ remedy: error.remedy, err: error.cause }, error.message);
    process.stderr.write(`${error.message}${error.remedy === undefined ? '' : ` ${error.remedy}`}\n`);
  } else log.fatal({ err: error }, 'could not start');
  end(1, 'could not start');
}
