import { Client, Events, GatewayIntentBits } from 'discord.js';

/** discord.js and nothing else: what a bot costs at least. Says "ready" and waits. */
const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  rest: { api: process.env['DISCORD_API_URL'] ?? '' },
});
client.once(Events.ClientReady, () => process.stdout.write('ready\n'));
await client.login(process.env['DISCORD_TOKEN']);
