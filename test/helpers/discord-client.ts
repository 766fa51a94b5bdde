import {
  Client,
  DiscordAPIError,
  Events,
  GatewayIntentBits,
  type Interaction,
  type TextChannel,
} from 'discord.js';
import { onTestFinished } from 'vitest';
import { ids, type Sandbox } from './sandbox.js';

/** discord.js as anybody installs it, logged in to the sandbox. */
export async function logIn(
  sandbox: Sandbox,
  onInteraction: (interaction: Interaction) => unknown = () => undefined,
): Promise<Client<true>> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    rest: { api: sandbox.apiUrl, retries: 0 },
  });
  client.on(Events.Error, () => undefined);
  client.on(Events.InteractionCreate, (interaction) => void onInteraction(interaction));
  onTestFinished(() => client.destroy());
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(sandbox.world.token);
  await ready;
  return client as Client<true>;
}

export async function channelOf(client: Client): Promise<TextChannel> {
  return (await client.channels.fetch(ids.channels.training)) as TextChannel;
}

export async function refusalOf(doing: Promise<unknown>): Promise<DiscordAPIError> {
  const error: unknown = await doing.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof DiscordAPIError)) throw new Error('It was not refused.', { cause: error });
  return error;
}
