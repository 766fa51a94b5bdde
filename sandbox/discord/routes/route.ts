import type { Interactions } from '../interactions.js';
import type { MessageInput } from '../message-input.js';
import type { Messages } from '../messages.js';
import type { MediaBase } from '../present.js';
import type { World } from '../world.js';

/** What the handlers work with. */
export interface Parts {
  readonly world: World;
  readonly messages: Messages;
  readonly interactions: Interactions;
  readonly media: () => MediaBase;
  /** Where the gateway is, `ws://…`. */
  readonly gatewayUrl: () => string;
  readonly identifiesLeft: () => number;
}

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly input: MessageInput;
}

/** `body` undefined answers 204. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

export interface Route {
  readonly method: string;
  /** E.g. `/channels/:channel/messages`. */
  readonly path: string;
  /** Interaction routes are authorised by their token alone. */
  readonly open?: boolean;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

export function param({ params }: Call, name: string): string {
  return params[name] ?? '';
}

/** The route that a request is for, with the values in its path. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | undefined {
  const parts = path.split('/');
  for (const route of routes) {
    if (route.method !== method) continue;
    const wanted = route.path.split('/');
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((part, index) => {
      const given = parts[index] ?? '';
      if (!part.startsWith(':')) return part === given;
      params[part.slice(1)] = decodeURIComponent(given);
      return given !== '';
    });
    if (fits) return { route, params };
  }
  return undefined;
}
