// `npm test`: installs what is missing, then every check one after another: format, lint, types and build, tests.
// Arguments are handed to vitest: `npm test -- test/unit`.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
mkdirSync('test-results', { recursive: true });

/** @type {[string, string[]][]} */
const checks = [
  ['format', ['npx', 'prettier', '--check', '--log-level', 'warn', '.']],
  ['lint', ['npx', 'oxlint']],
  ['types', ['npx', 'tsc', '-p', 'tsconfig.json']],
  ['types of the page', ['npx', 'tsc', '-p', 'sandbox/page', '--noEmit']],
  ['build', ['npm', 'run', '--silent', 'build']],
  [
    'tests',
    [
      'npx',
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      '--outputFile.json=test-results/vitest.json',
      ...process.argv.slice(2),
    ],
  ],
];

const failed = [];
for (const [name, [program, ...args]] of checks) {
  const begin = performance.now();
  console.log(`\n== ${name}`);
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  console.log(
    `== ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${((performance.now() - begin) / 1000).toFixed(1)} s)`,
  );
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}`);
  process.exit(1);
}
