import type { APIApplicationCommand, APIMessage } from 'discord-api-types/v10';

/** A message as this reader may see it, with what the API does not tell. */
export type FeedMessage = APIMessage & {
  /** Ids of those whose phone buzzed. */
  readonly pinged: readonly string[];
  /** The command that it answers. */
  readonly answers?: { readonly userId: string; readonly command: string };
};

export interface FeedPerson {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly bot: boolean;
  /** Highest first; the colour of the first that has one is the name's. */
  readonly roles: readonly { readonly id: string; readonly name: string; readonly colour: number }[];
}

export interface FeedChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'text' | 'direct' | 'thread';
}

/** The stand-in Hub: what arrived, and what the bot's token may. */
export interface FeedHub {
  /** What links to it begin with. */
  readonly url: string;
  readonly token: string;
  /** Every kind of token that the bot's can be, and what it may. */
  readonly tokens: readonly { readonly kind: string; readonly says: string }[];
  readonly faults: readonly string[];
  readonly repos: readonly FeedRepo[];
  readonly arriving: readonly { readonly path: string; readonly bytes: number; readonly ofBytes: number }[];
  /** The last requests, newest first. */
  readonly arrived: readonly {
    readonly method: string;
    readonly path: string;
    /** 0: the connection was cut. */
    readonly status: number;
    readonly bytes: number;
  }[];
}

export interface FeedRepo {
  readonly id: string;
  readonly kind: string;
  readonly private: boolean;
  readonly commits: number;
  readonly last: { readonly title: string; readonly author: string; readonly at: number };
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Everything that a reader's client knows when it starts. */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly readerId: string;
  readonly server: string;
  readonly channels: readonly FeedChannel[];
  readonly people: readonly FeedPerson[];
  readonly commands: readonly APIApplicationCommand[];
  readonly messages: readonly FeedMessage[];
  /** Whether the bot is connected. */
  readonly connected: boolean;
  readonly hub: FeedHub;
}

export type FeedEvent =
  | Snapshot
  | { readonly type: 'message'; readonly message: FeedMessage }
  | { readonly type: 'gone'; readonly id: string; readonly channelId: string }
  | { readonly type: 'commands'; readonly commands: readonly APIApplicationCommand[] }
  | { readonly type: 'channels'; readonly channels: readonly FeedChannel[] }
  | { readonly type: 'gateway'; readonly connected: boolean }
  | { readonly type: 'hub'; readonly hub: FeedHub };

/** An event with the sandbox's time, epoch ms: it may run ahead of the reader's clock. */
export type Stamped = FeedEvent & { readonly now: number };
