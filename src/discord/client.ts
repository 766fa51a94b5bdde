import { Client, Events, GatewayIntentBits, Options, type ClientOptions } from 'discord.js';
import type { Logger } from 'pino';
import { isPacedRoute } from './reporter/paced-routes.js';

export interface ClientSettings {
  /** Another server that speaks Discord's API, without the version, e.g. `http://127.0.0.1:4780/api`. */
  readonly apiUrl?: string;
  readonly log: Logger;
  /** Called when the gateway has closed for good (token revoked, intents refused …): nothing will come any more. */
  readonly onDisconnected?: (closeCode: number) => void;
  /** Called each time the gateway is connected, the first time and after it was lost. */
  readonly onConnected?: () => void;
}

/**
 * What the bot never reads from the caches is not kept in them: it works with what each interaction states. Guilds,
 * channels and roles must stay, discord.js itself depends on them.
 */
const cacheLimits = {
  ApplicationCommandManager: 0,
  ApplicationEmojiManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  DMMessageManager: 0,
  EntitlementManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildForumThreadManager: 0,
  GuildInviteManager: 0,
  GuildMessageManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  GuildTextThreadManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadManager: 0,
  ThreadMemberManager: 0,
  VoiceStateManager: 0,
  UserManager: { maxSize: 0, keepOverLimit: isOwn },
  GuildMemberManager: { maxSize: 0, keepOverLimit: isOwn },
};

/** The bot's own user and member are used by discord.js itself. */
function isOwn(one: {
  readonly id: string;
  readonly client: { readonly user: { readonly id: string } | null };
}): boolean {
  return one.id === one.client.user?.id;
}

/** A discord.js client with the Guilds intent alone, that pings nobody by default. Not yet connected. */
export function createClient({ apiUrl, log, onDisconnected, onConnected }: ClientSettings): Client {
  const rest: ClientOptions['rest'] = {
    ...(apiUrl === undefined ? {} : { api: apiUrl }),
    // The reporter decides by itself when to write again, and with what: a queued edit would be an old one.
    rejectOnRateLimit: isPacedRoute,
  };
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    makeCache: Options.cacheWithLimits(cacheLimits),
    // Nothing to sweep: threads are not kept.
    sweepers: {},
    rest,
  });
  logGateway(client, log);
  client.on(Events.ShardDisconnect, ({ code }) => {
    log.error({ code }, 'the gateway closed for good');
    onDisconnected?.(code);
  });
  client.on(Events.ShardReady, () => onConnected?.());
  client.on(Events.ShardResume, () => onConnected?.());
  return client;
}

/** Disconnects are normal and mended by the library: they are told, and nothing more. */
function logGateway(client: Client, log: Logger): void {
  client.on(Events.ShardReconnecting, () => log.warn('gateway lost, reconnecting'));
  client.on(Events.ShardResume, (_shard, replayed) => log.info({ replayed }, 'gateway session resumed'));
  client.on(Events.ShardReady, () => log.info('gateway session started'));
  client.on(Events.ShardError, (err) => log.warn({ err }, 'gateway connection failed'));
  client.on(Events.Warn, (warning) => log.warn({ warning }, 'discord.js warns'));
  // Without a listener an `error` event would end the process.
  client.on(Events.Error, (err) => log.error({ err }, 'discord.js failed'));
  client.rest.on('rateLimited', ({ route, timeToReset, global }) =>
    log.debug({ route, timeToReset, global }, 'rate limit reached'),
  );
}
