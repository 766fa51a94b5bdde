import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/build.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Child processes, not threads: tests start real processes and native modules (better-sqlite3).
    pool: 'forks',
    maxWorkers: 2,
  },
});
