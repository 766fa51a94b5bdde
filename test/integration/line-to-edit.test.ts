import { expect, test } from 'vitest';
import { delaysOf, noteWrites, readLogged } from '../../bench/bot/line-to-edit.js';
import { median } from '../../bench/table.js';
import { startApp } from '../helpers/app.js';
import { as, findShown, makeSandbox } from '../helpers/sandbox.js';
import { makeToolset } from '../helpers/toolset.js';
import { waitFor } from '../helpers/wait-for.js';

const steps = 7;

test('a line that a trainer writes is shown within a second where the writer is free', async () => {
  const sandbox = await makeSandbox();
  const writes = noteWrites(sandbox);
  const training = { logging_steps: 1 };
  const toolset = await makeToolset({ layout: '2026', maxSteps: steps, saveSteps: steps, training });
  // The message of a young run may be edited every 2.5 s: for the first lines its writer is not yet free.
  const env = { MINI_STEP_SECONDS: '3.5', MINI_LOAD_SECONDS: '0' };
  await startApp({ sandbox, toolsetRoot: toolset.root, env });
  const tess = as(sandbox, 'tess');
  await tess.command('/train platform:rtx method:kto');
  await tess.press(await waitFor(() => findShown(tess, /Ready to start/)), 'Start');
  await waitFor(() => findShown(tess, /Succeeded/), { timeoutMs: 50_000 });
  const lines = readLogged(toolset.runsDir('kto'));
  expect(lines).toHaveLength(steps);
  // The last one comes with the end of the run, which is told at once in any case.
  const delays = delaysOf(lines.slice(0, -1), writes);
  expect(delays.length).toBeGreaterThanOrEqual(steps / 3);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
  expect(median(delays)).toBeLessThan(1000);
}, 60_000);
