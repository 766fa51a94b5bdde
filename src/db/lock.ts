import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * Takes the data folder for this process alone; returns the way to give it back, or undefined when another process has
 * it. An exclusive SQLite transaction on a file of its own: the system releases it whenever the process ends, however
 * it ends, which a pid file cannot promise.
 */
export function lockDataDir(dataDir: string): (() => void) | undefined {
  mkdirSync(dataDir, { recursive: true });
  const db = new Database(join(dataDir, 'tuner-bot.lock'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
  return () => {
    db.close();
  };
}
