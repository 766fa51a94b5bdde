import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

const lookEveryMs = 500;

/**
 * Tells, once, when the database's file is no longer the one that was opened: its folder was deleted or put back from a
 * copy. SQLite would go on writing into a file that nobody can find again, and jobs would be started that no record
 * outlives. Returns the way to stop looking.
 */
export function watchDataDir(dataDir: string, onGone: () => void): () => void {
  const file = join(dataDir, 'tuner-bot.db');
  const opened = statSync(file).ino;
  const timer = setInterval(() => {
    void stat(file).then(
      ({ ino }) => ino === opened || gone(),
      (error: unknown) =>
        error instanceof Error && 'code' in error && error.code === 'ENOENT' ? gone() : undefined,
    );
  }, lookEveryMs);
  timer.unref();

  function gone(): void {
    clearInterval(timer);
    onGone();
  }
  return () => clearInterval(timer);
}
