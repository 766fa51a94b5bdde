import { describe, expect, test } from 'vitest';
import { buttonsOf, findButton, labelOf } from '../../sandbox/driver/components.js';
import { badAnswers, findShown, messagesIn, textOf } from '../helpers/sandbox.js';
import {
  endOf,
  jobMessage,
  noticesOf,
  planBy,
  startUploadApp,
  toldTo,
  trainKtoOnce,
} from '../helpers/upload-app.js';
import { filesOn } from '../helpers/upload-program.js';
import { waitFor } from '../helpers/wait-for.js';

const trained = trainKtoOnce();
/** Long enough for the model that messages, which are edited at a pace, show the middle of the push. */
const slowly = { MINI_UPLOAD_RATE: '40000' };
/** The push begins and never ends. */
const frozen = { MINI_UPLOAD_FAULT: 'freeze@push' };

const options = (repo: string, method = 'merged_4bit', checkpoint = 'final'): string =>
  `run:${trained.run} checkpoint:${checkpoint} repo:${repo} save_method:${method} gguf:False`;

describe('an upload that runs', () => {
  test('shows stages, bar and sizes; its message goes on after a restart in mid-push, and it is told once', async () => {
    const { sandbox, hub, tom, running, restart } = await startUploadApp(trained, slowly);
    await tom.press(await planBy(tom, sandbox, options('moved')), 'Upload');
    const live = await jobMessage(sandbox, 1);
    await waitFor(() =>
      /▶️ \*\*Push the model\*\* `model\.safetensors`\n▰+▱+ \d+ %\n.+ of .+/.test(textOf(live)),
    );
    expect(textOf(live)).toContain('✅ Merge');
    expect(textOf(live)).toContain('▫️ Check on the Hub');
    await running.stop();
    const { edits } = live;
    await restart();
    await waitFor(() => live.edits > edits);
    expect(await endOf(sandbox, 1)).toMatch(/uploaded · tess\/moved/);
    await waitFor(() => /✅ Uploaded/.test(textOf(live)));
    expect(noticesOf(sandbox, 1)).toHaveLength(1);
    expect(
      messagesIn(sandbox).filter((one) => one.pinged.length === 0 && /Job 1\*\* Upload/.test(textOf(one))),
    ).toEqual([live]);
    expect(hub.arrived.filter(({ path }) => path.startsWith('/lfs-upload/'))).toHaveLength(1);
    expect(badAnswers(sandbox)).toEqual([]);
  });

  test('is cancelled in mid-push by its button, which says what may be on the Hub', async () => {
    const { sandbox, hub, tom } = await startUploadApp(trained, frozen);
    await tom.press(await planBy(tom, sandbox, options('stopped')), 'Upload');
    const live = await jobMessage(sandbox, 1);
    await waitFor(() => /▶️ \*\*Push the model/.test(textOf(live)));
    await tom.press(live, 'Cancel');
    await toldTo(tom, /was asked to stop. What has reached the Hub stays there/);
    expect(await endOf(sandbox, 1)).toMatch(/cancelled/);
    await waitFor(() => /⏹️ Cancelled · while pushing/.test(textOf(live)));
    expect(textOf(live)).toContain('Files that had been pushed before may be on the Hub.');
    expect(filesOn(hub, 'tess/stopped')).toEqual([]);
    expect(buttonsOf(live).map(labelOf)).toEqual(['Retry', 'Log']);
    expect(badAnswers(sandbox)).toEqual([]);
  });
});

test('what merges waits while a training has the GPU, and says for whom; an adapter alone does not', async () => {
  const { sandbox, tom } = await startUploadApp(trained, { MINI_STEP_SECONDS: '0.2' });
  await tom.command('/train platform:rtx method:sft max_steps:600');
  const ready = await waitFor(() => messagesIn(sandbox).find((one) => /Ready to start/.test(textOf(one))));
  await tom.press(ready, 'Start');
  const training = await waitFor(() => messagesIn(sandbox).find((one) => /Job 1\*\* sft/.test(textOf(one))));
  await waitFor(() => /▶️ Running/.test(textOf(training)));
  await tom.press(await planBy(tom, sandbox, options('patient')), 'Upload');
  const waiting = await jobMessage(sandbox, 2);
  await waitFor(() => /⏳ Waiting/.test(textOf(waiting)) && /Waits: .*job 1/i.test(textOf(waiting)));
  // It is a job of ours that has the GPU: there is nothing to start all the same.
  expect(buttonsOf(waiting).map(labelOf)).toEqual(['Cancel']);
  await tom.press(await planBy(tom, sandbox, options('light', 'lora')), 'Upload');
  expect(await endOf(sandbox, 3)).toMatch(/uploaded · tess\/light/);
  expect(noticesOf(sandbox, 2)).toEqual([]);
  await tom.press(training, 'Cancel');
  expect(await endOf(sandbox, 2)).toMatch(/has started|uploaded/);
  await waitFor(() => /✅ Uploaded · tess\/patient/.test(textOf(waiting)));
  expect(badAnswers(sandbox)).toEqual([]);
});

describe('an upload that meets trouble', () => {
  test('waits for its next try, and is given up by a button', async () => {
    const { sandbox, hub, tom } = await startUploadApp(trained);
    const plan = await planBy(tom, sandbox, options('given'));
    hub.faults.add({ kind: 'status', status: 503, path: /\/commit\// });
    await tom.press(plan, 'Upload');
    const live = await jobMessage(sandbox, 1);
    await waitFor(() => /🔁 Waiting to try again · try 2 of 5/.test(textOf(live)));
    expect(textOf(live)).toMatch(/\*\*Try 2 of 5 in \d+ (s|min)/);
    expect(textOf(live)).toMatch(/What went wrong: .*503/);
    expect(buttonsOf(live).map(labelOf)).toEqual(['Give up']);
    await tom.press(live, 'Give up');
    await toldTo(tom, /Job 1 is given up/);
    expect(await endOf(sandbox, 1)).toMatch(/failed/);
    await waitFor(() => new RegExp(`<@${tom.userId}> gave it up`).test(textOf(live)));
    expect(textOf(live)).toMatch(/503/);
  });

  test('is tried again when its time has come, and succeeds', async () => {
    const { sandbox, hub, tom } = await startUploadApp(trained);
    const plan = await planBy(tom, sandbox, options('second'));
    hub.faults.add({ kind: 'status', status: 503, path: /\/commit\//, count: 1 });
    await tom.press(plan, 'Upload');
    const live = await jobMessage(sandbox, 1);
    await waitFor(() => /try 2 of 5/.test(textOf(live)));
    sandbox.world.clock.advance(5 * 60_000);
    expect(await endOf(sandbox, 1)).toMatch(/uploaded · tess\/second/);
    await waitFor(() => /✅ Uploaded/.test(textOf(live)));
    expect(noticesOf(sandbox, 1)).toHaveLength(1);
  });

  test('that is hopeless fails at once, and its Retry makes a plan of what is not done', async () => {
    const { sandbox, hub, tom } = await startUploadApp(trained);
    const plan = await planBy(tom, sandbox, options('refused'));
    hub.faults.add({ kind: 'status', status: 403, path: /\/commit\//, count: 1 });
    await tom.press(plan, 'Upload');
    expect(await endOf(sandbox, 1)).toMatch(/failed · upload refused/);
    const live = await jobMessage(sandbox, 1);
    await waitFor(() => /❌ Failed/.test(textOf(live)));
    await tom.press(live, 'Retry');
    const again = await toldTo(tom, /what the Hub lacks is pushed, nothing is made anew[^]*Model card:/);
    await tom.press(again, 'Upload');
    if (findShown(tom, /Yes, overwrite/)) await tom.press(again, 'Yes, overwrite tess/refused');
    expect(await endOf(sandbox, 2)).toMatch(/uploaded · tess\/refused/);
    expect(badAnswers(sandbox)).toEqual([]);
  });

  test('in the middle of a batch of three: two are uploaded, one failed, each told as it is', async () => {
    const { sandbox, hub, tom } = await startUploadApp(trained);
    const plan = await planBy(tom, sandbox, options('three', 'lora', '2,4,6'));
    expect(textOf(plan)).toContain('Ready: 3 uploads');
    hub.faults.add({ kind: 'status', status: 403, path: /three-step-4\/commit\//, count: 1 });
    await tom.press(plan, 'Upload');
    await waitFor(() => /Started as jobs 1, 2 and 3/.test(textOf(plan)));
    expect(await endOf(sandbox, 1)).toMatch(/uploaded · tess\/three-step-2/);
    expect(await endOf(sandbox, 2)).toMatch(/failed · upload refused · Upload to tess\/three-step-4/);
    expect(await endOf(sandbox, 3)).toMatch(/uploaded · tess\/three-step-6/);
    expect(filesOn(hub, 'tess/three-step-4')).toEqual([]);
    expect(filesOn(hub, 'tess/three-step-6').length).toBeGreaterThan(0);
    await tom.command('/jobs list kind:upload');
    const listed = await toldTo(tom, /🗂️ Jobs/);
    expect(textOf(listed)).toMatch(/❌ \*\*2\*\* Upload to tess\/three-step-4, failed/);
    expect(textOf(listed)).toMatch(/✅ \*\*3\*\* Upload to tess\/three-step-6, succeeded/);
    await tom.command('/jobs logs job:2');
    await toldTo(tom, /Last lines of job 2[^]*403/);
    await tom.command('/jobs retry job:2');
    const again = await toldTo(tom, /Upload to tess\/three-step-4[^]*\[Upload\]/);
    expect(findButton(again, 'Upload')?.disabled).not.toBe(true);
  });
});
