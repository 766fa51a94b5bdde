// Installs the packages when they are missing or another lockfile was installed last. Node's own modules alone: it runs
// before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.tuner-bot-installed');

/** Native modules are built for one version of Node and one machine, so both belong to what is installed. */
function wantedState() {
  const lockfile = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lockfile).digest('hex')} ${process.versions.modules} ${process.platform}-${process.arch}`;
}

export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node ${process.versions.node} is too old: tuner-bot needs 20.19 or newer.`);
    process.exit(1);
  }
  const wanted = wantedState();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing packages (the first time takes a minute or two) …');
  // `install`, not `ci`: native parts of the packages come as one optional package a platform, and a lockfile written
  // on one platform may lack those of another (https://github.com/npm/cli/issues/4828); `ci` refuses such a lockfile,
  // `install` adds what this platform needs. Versions and integrity still come from the lockfile, which is not changed.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', args, {
    cwd: root,
    stdio: 'inherit',
    shell: false,
  });
  if (error || status !== 0) {
    console.error(
      'npm install failed; its output stands above. better-sqlite3 needs python3, make and g++ where no build of it exists.',
    );
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled();
