import type {
  APIApplicationCommand,
  APIApplicationCommandOption,
  APIEmbed,
  APIMessageTopLevelComponent,
  APIModalInteractionResponseCallbackData,
} from 'discord-api-types/v10';
import { createClock, type SandboxClock } from './clock.js';
import { createSnowflakes } from './snowflake.js';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly globalName: string;
  readonly bot: boolean;
  /** Direct messages of the bot are refused (50007). */
  closedDirectMessages: boolean;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  /** Bit set, decimal. */
  permissions: bigint;
  readonly colour: number;
}

export interface Member {
  readonly user: User;
  readonly roles: Set<string>;
}

export interface Overwrite {
  readonly id: string;
  readonly type: 0 | 1;
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface Channel {
  readonly id: string;
  readonly kind: 'text' | 'direct' | 'thread';
  readonly name: string;
  /** Of a thread: the channel it hangs on. */
  readonly parentId?: string;
  /** Of a direct channel: the person at the other end. */
  readonly recipientId?: string;
  overwrites: Overwrite[];
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly description: string | undefined;
  readonly contentType: string;
  readonly data: Buffer;
  readonly width?: number;
  readonly height?: number;
}

export interface Message {
  readonly id: string;
  readonly channelId: string;
  readonly author: User;
  /** Epoch ms. */
  readonly createdAt: number;
  editedAt: number | undefined;
  content: string;
  embeds: APIEmbed[];
  components: APIMessageTopLevelComponent[];
  attachments: Attachment[];
  /** Users whom the text mentions and who may be pinged. */
  mentions: readonly string[];
  /** Users whose phone buzzed: edits ping nobody. */
  readonly pinged: readonly string[];
  /** Seen by this user alone. */
  readonly ephemeralFor: string | undefined;
  /** The bot "is thinking": a deferred response without content yet. */
  loading: boolean;
  /** Epoch ms. */
  pinnedAt: number | undefined;
  readonly nonce: string | undefined;
  /** What the person did that this answers. */
  readonly interaction: { readonly id: string; readonly userId: string; readonly name: string } | undefined;
  /** How often the bot edited it. */
  edits: number;
}

export type Command = APIApplicationCommand & { readonly options?: APIApplicationCommandOption[] };
export type Modal = APIModalInteractionResponseCallbackData;

/** What happened, for pages and drivers that watch. */
export type WorldEvent =
  | { readonly type: 'message'; readonly message: Message; readonly change: 'create' | 'edit' | 'delete' }
  | { readonly type: 'interaction'; readonly id: string }
  | { readonly type: 'commands' }
  | { readonly type: 'gateway'; readonly connected: boolean }
  | { readonly type: 'channels' };

/** One server with its people, as the sandbox holds it in memory. */
export interface World {
  readonly clock: SandboxClock;
  readonly nextId: () => string;
  readonly token: string;
  readonly applicationId: string;
  readonly bot: User;
  readonly guild: { readonly id: string; readonly name: string; readonly ownerId: string };
  readonly roles: Map<string, Role>;
  readonly members: Map<string, Member>;
  readonly channels: Map<string, Channel>;
  /** By channel, oldest first; ephemeral ones among them. */
  readonly messages: Map<string, Message[]>;
  readonly commands: Map<string, Command>;
  /** Tells everyone who watches. */
  readonly tell: (event: WorldEvent) => void;
  /** Returns the way to stop watching. */
  readonly watch: (listener: (event: WorldEvent) => void) => () => void;
}

export interface WorldIds {
  readonly token: string;
  readonly applicationId: string;
  readonly guildId: string;
  readonly ownerId: string;
  /** Epoch ms; the machine's time unless given. */
  readonly now?: (() => number) | undefined;
}

/** An empty server with the bot in it. */
export function createWorld({ token, applicationId, guildId, ownerId, now }: WorldIds): World {
  const clock = createClock(now);
  const listeners = new Set<(event: WorldEvent) => void>();
  const bot: User = {
    id: applicationId,
    username: 'tuner-bot',
    globalName: 'Tuner',
    bot: true,
    closedDirectMessages: true,
  };
  return {
    clock,
    nextId: createSnowflakes(clock.now),
    token,
    applicationId,
    bot,
    guild: { id: guildId, name: 'Workshop', ownerId },
    roles: new Map(),
    members: new Map(),
    channels: new Map(),
    messages: new Map(),
    commands: new Map(),
    tell(event) {
      for (const listener of listeners) listener(event);
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The message of a channel by id; undefined when it is not there. */
export function findMessage(world: World, channelId: string, messageId: string): Message | undefined {
  // From the end: what is looked for is nearly always recent.
  return world.messages.get(channelId)?.findLast(({ id }) => id === messageId);
}
