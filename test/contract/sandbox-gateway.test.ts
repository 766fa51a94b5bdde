import { Client, Events, GatewayIntentBits, SlashCommandBuilder } from 'discord.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { channelOf, logIn } from '../helpers/discord-client.js';
import { as, ids, makeSandbox, type Sandbox } from '../helpers/sandbox.js';
import { waitFor } from '../helpers/wait-for.js';

const ping = new SlashCommandBuilder().setName('ping').setDescription('Answers');

describe('gateway', () => {
  test('discord.js logs in, sees the server, its owner, its roles and channels', async () => {
    const sandbox = await makeSandbox();
    const client = await logIn(sandbox);
    const guild = client.guilds.cache.get(ids.guild);
    expect(client.user.id).toBe(ids.application);
    expect(guild).toMatchObject({ name: 'Workshop', ownerId: ids.users.olga });
    expect(guild?.roles.cache.get(ids.roles.trainer)?.name).toBe('trainer');
    expect(guild?.channels.cache.get(ids.channels.training)?.name).toBe('training');
  });

  test('a wrong token is refused, and privileged intents close the gateway with 4014', async () => {
    const sandbox = await makeSandbox();
    const stranger = new Client({ intents: [], rest: { api: sandbox.apiUrl, retries: 0 } });
    onTestFinished(() => stranger.destroy());
    await expect(stranger.login('not.the.token')).rejects.toThrow(/token/i);
    const greedy = new Client({ intents: [GatewayIntentBits.GuildMembers], rest: { api: sandbox.apiUrl } });
    onTestFinished(() => greedy.destroy());
    await expect(greedy.login(sandbox.world.token)).rejects.toThrow(/disallowed intents/i);
  });

  test.each([
    ['a cut connection', (sandbox: Sandbox) => sandbox.gateway.cut()],
    ['opcode 7', (sandbox: Sandbox) => sandbox.gateway.askReconnect()],
    ['code 4000', (sandbox: Sandbox) => sandbox.gateway.close(4000)],
  ])('%s is resumed, and what happened meanwhile is replayed', async (_, disturb) => {
    const sandbox = await makeSandbox();
    const seen: string[] = [];
    const client = await logIn(sandbox, (interaction) => seen.push(interaction.id));
    await client.application.commands.set([ping.toJSON()], ids.guild);
    const resumed = new Promise((resolve) => client.once(Events.ShardResume, resolve));
    disturb(sandbox);
    void as(sandbox, 'tom').command('/ping');
    await resumed;
    await waitFor(() => seen.length === 1);
    expect(sandbox.gateway.identifies).toBe(1);
  });

  test('an invalidated session identifies anew', async () => {
    const sandbox = await makeSandbox();
    const client = await logIn(sandbox);
    const again = new Promise((resolve) => client.once(Events.ShardReady, resolve));
    sandbox.gateway.invalidate(false);
    await again;
    expect(sandbox.gateway.identifies).toBe(2);
  });

  test('heartbeats are acknowledged', async () => {
    const sandbox = await makeSandbox({ heartbeatMs: 60 });
    const client = await logIn(sandbox);
    await waitFor(() => client.ws.ping >= 0);
    expect(sandbox.gateway.connected).toBe(true);
  });
});

describe('faults', () => {
  test('answers can be errors, late, lost after their effect, or not there at all', async () => {
    const sandbox = await makeSandbox();
    const client = await logIn(sandbox);
    const channel = await channelOf(client);
    sandbox.faults.answer({ with: 503, count: 1, path: /messages/ });
    await expect(channel.send('x')).rejects.toMatchObject({ status: 503 });
    sandbox.faults.answer({ with: 'lost', count: 1, method: 'POST' });
    await expect(channel.send('took effect')).rejects.toThrow();
    sandbox.faults.answer({ with: 'cut', count: 1 });
    await expect(channel.send('never')).rejects.toThrow();
    expect(sandbox.world.messages.get(channel.id)?.map(({ content }) => content)).toEqual(['took effect']);
    sandbox.faults.goAway(60_000);
    await expect(channel.send('x')).rejects.toThrow();
    sandbox.faults.clear();
    expect((await channel.send('back')).content).toBe('back');
  });
});
