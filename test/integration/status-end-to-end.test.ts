import { PermissionFlagsBits } from 'discord-api-types/v10';
import { expect, test } from 'vitest';
import { startApp } from '../helpers/app.js';
import {
  as,
  badAnswers,
  findShown,
  ids,
  makeSandbox,
  messagesIn,
  textOf,
  type Sandbox,
} from '../helpers/sandbox.js';
import { makeToolset } from '../helpers/toolset.js';
import { waitFor } from '../helpers/wait-for.js';

const patience = { timeoutMs: 25_000 };

async function open() {
  const sandbox = await makeSandbox();
  const toolset = await makeToolset({ layout: '2026', maxSteps: 15, saveSteps: 15 });
  const env = { MINI_STEP_SECONDS: '0.1', MINI_LOAD_SECONDS: '0' };
  const shared = { sandbox, toolsetRoot: toolset.root, env };
  return { sandbox, shared, running: await startApp(shared), tess: as(sandbox, 'tess') };
}

const statusesIn = (sandbox: Sandbox, channelId?: string) =>
  messagesIn(sandbox, channelId).filter((message) => textOf(message).includes('Status of all jobs'));

test('/status stays current, over a restart of the bot too, and is pinned where that was asked for', async () => {
  const { sandbox, shared, running, tess } = await open();
  await tess.command('/status pin:true');
  const status = await waitFor(() => statusesIn(sandbox)[0]);
  expect(textOf(status)).toContain('Nothing runs and nothing waits.');
  await waitFor(() => statusesIn(sandbox)[0]?.pinnedAt !== undefined);
  await tess.command('/train platform:rtx method:kto');
  await tess.press(await waitFor(() => findShown(tess, /Ready to start/)), 'Start');
  await waitFor(() => statusesIn(sandbox).some((message) => /1 running/.test(textOf(message))), patience);
  await running.stop();
  await startApp({ ...shared, dataDir: running.dataDir });
  await waitFor(
    () =>
      statusesIn(sandbox).some((message) =>
        /succeeded <t:|Job 1\*\* kto on rtx, succeeded/.test(textOf(message)),
      ),
    patience,
  );
  expect(statusesIn(sandbox).map(({ id }) => id)).toEqual([status.id]);
  expect(badAnswers(sandbox)).toEqual([]);
}, 60_000);

test('a new /status takes the place of the old one, in the channel where it is given', async () => {
  const { sandbox, tess } = await open();
  await tess.command('/status');
  await waitFor(() => statusesIn(sandbox).length === 1);
  await tess.in(ids.channels.general).command('/status');
  await waitFor(() => statusesIn(sandbox, ids.channels.general).length === 1, patience);
  await waitFor(() => statusesIn(sandbox).length === 0, patience);
});

test('without the permission to pin, or to write, it says so and posts nothing', async () => {
  const { sandbox, tess } = await open();
  const role = sandbox.world.roles.get(ids.roles.bot)!;
  const without = (bit: bigint) =>
    sandbox.world.roles.set(role.id, { ...role, permissions: role.permissions & ~bit });
  without(PermissionFlagsBits.PinMessages);
  await tess.command('/status pin:true');
  await waitFor(() => findShown(tess, /may not pin messages in this channel[^]*Pin Messages/));
  without(PermissionFlagsBits.EmbedLinks);
  await tess.command('/status');
  await waitFor(() => findShown(tess, /may not write into this channel/));
  expect(statusesIn(sandbox)).toEqual([]);
  const vera = as(sandbox, 'vera');
  await vera.command('/status');
  await waitFor(() => findShown(vera, /the right `train` is missing/));
});
