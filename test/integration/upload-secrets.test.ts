import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isEnded } from '../../src/domain/job.js';
import { hubTokens, makeHub } from '../helpers/hub.js';
import { createMovedClock, openUploads, planUpload } from '../helpers/upload-jobs.js';
import { trainOnce } from '../helpers/upload-program.js';
import { waitFor } from '../helpers/wait-for.js';

const trained = trainOnce();
const token = hubTokens.write.value;

it('keeps the token in the environment and the header alone', async () => {
  const hub = await makeHub();
  const clock = createMovedClock();
  const uploads = await openUploads({ hub, clock: clock.now, env: { MINI_UPLOAD_RATE: '100000' } });
  uploads.supervisor.start();
  // Once its program fails in the middle, so that ours pushes too.
  hub.faults.add({ kind: 'status', status: 503, path: /\/commit\//, count: 1 });
  const plan = await planUpload(trained);
  const id = await uploads.confirm(plan);
  const arguments_ = new Set<string>();
  const look = () => {
    const { state } = uploads.jobs.get(id)!;
    if (state.name === 'running') for (const argv of argvsOf(state.process.pid)) arguments_.add(argv);
    return state;
  };
  const retry = await waitFor(() => {
    const state = look();
    return state.name === 'queued' && state.retry;
  });
  const between = await uploads.jobDesk.snapshot(id);
  // Slow enough for its arguments to be seen.
  hub.faults.add({ kind: 'slow', bytesPerSecond: 5_000, path: /\/commit\// });
  clock.moveTo(retry.notBefore);
  await waitFor(() => isEnded(look()));
  for (const program of ['upload_cli', 'push-program'])
    expect([...arguments_].some((argv) => argv.includes(program))).toBe(true);
  const texts = [
    ...arguments_,
    JSON.stringify([between, await uploads.jobDesk.snapshot(id), uploads.errors]),
  ];
  expect(uploads.jobs.get(id)?.state.name).toBe('succeeded');
  for (const text of texts) expect(text).not.toContain(token);
  await uploads.close();
  for (const folder of [uploads.dataDir, plan.outputDir ?? '']) {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    for (const entry of entries.filter((each) => each.isFile()))
      expect(readFileSync(join(entry.parentPath, entry.name)).includes(token), entry.name).toBe(false);
  }
});

/** Arguments of all processes of a group. */
function argvsOf(group: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return Number(pgrp) === group ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
      } catch {
        return [];
      }
    });
}
