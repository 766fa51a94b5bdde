import { execa } from 'execa';

/**
 * Builds `dist/` once before the tests: worker threads and child processes of the tests run the built program
 * (Node 20 cannot run TypeScript). Incremental, so it costs about a second when nothing changed. Type errors do not stop
 * it: `npm test` checks types by itself, and one test file is to run while another is being written.
 */
export async function setup(): Promise<void> {
  for (const project of ['tsconfig.build.json', 'sandbox/page']) {
    await execa('node_modules/.bin/tsc', ['-p', project], { reject: false });
  }
  await execa('node', ['scripts/bundle.mjs'], { reject: false });
}
