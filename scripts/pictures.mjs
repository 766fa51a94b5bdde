// `npm run pictures`: makes the README's pictures from real runs in the sandbox, and docs/messages.md from the messages of
// the golden tests, so that they are never out of date. `npm run pictures -- messages` or `-- runs` for one of them.
// Needs Chromium and a font with emoji (Debian: apt-get install chromium fonts-noto-color-emoji).
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeMessagePictures } from './pictures/messages.mjs';
import { takeRunPictures } from './pictures/runs.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
if (spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' }).status !== 0) process.exit(1);
const wanted = process.argv[2];
if (wanted !== 'runs') await takeMessagePictures();
if (wanted !== 'messages') await takeRunPictures();
