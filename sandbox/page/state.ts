import type { APIApplicationCommand } from 'discord-api-types/v10';
import type { FeedChannel, FeedPerson } from './feed.js';

/** What the parts of the page share. */
export interface State {
  readerId: string;
  readonly people: Map<string, FeedPerson>;
  channels: readonly FeedChannel[];
  commands: readonly APIApplicationCommand[];
  channelId: string;
  phone: boolean;
  /** What links to the stand-in Hub begin with. */
  hubUrl: string;
  /** The sandbox's clock less this machine's, ms. */
  aheadMs: number;
}

export function createState(): State {
  return {
    readerId: '',
    people: new Map(),
    channels: [],
    commands: [],
    channelId: '',
    phone: false,
    hubUrl: '',
    aheadMs: 0,
  };
}

/** Epoch ms as the sandbox tells it. */
export function nowOf(state: State): number {
  return Date.now() + state.aheadMs;
}
