import { execa } from 'execa';

/**
 * Builds `dist/` once before the tests: worker threads and child processes of the tests run the built program
 * (Node 20 cannot run TypeScript). Incremental, so it costs about a second when nothing changed.
 */
export async function setup(): Promise<void> {
  await execa('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
}
