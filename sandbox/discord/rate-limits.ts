/** How many requests a bucket takes in a window, ms. The figures of message routes are observed, not promised. */
interface Limit {
  readonly name: string;
  readonly count: number;
  readonly windowMs: number;
}

/** What the answer to a request says of its bucket. */
export interface RateLimitState {
  readonly headers: Readonly<Record<string, string>>;
  /** Set when the request is refused: ms until the window ends. */
  readonly retryAfterMs?: number;
  readonly global: boolean;
}

export interface RateLimits {
  /** Counts a request. `major` is the channel, guild or webhook that a bucket belongs to. */
  take(method: string, route: string, major: string): RateLimitState;
  /** Refusals with 429 so far: what a well-behaved bot keeps at 0. */
  readonly refused: number;
}

/** Requests a second of a bot over all routes but interactions (https://docs.discord.com/developers/topics/rate-limits). */
const globalLimit: Limit = { name: 'global', count: 50, windowMs: 1_000 };
const messageLimit = { count: 5, windowMs: 5_000 };
const otherLimit = { count: 10, windowMs: 5_000 };

/** Buckets of the sandbox by route, on its clock. */
export function createRateLimits(now: () => number): RateLimits {
  const windows = new Map<string, { since: number; used: number }>();
  let refused = 0;

  function use(
    key: string,
    { count, windowMs }: Limit,
  ): { remaining: number; resetMs: number; over: boolean } {
    const at = now();
    const known = windows.get(key);
    const window = known && at - known.since < windowMs ? known : { since: at, used: 0 };
    windows.set(key, window);
    const over = window.used >= count;
    if (!over) window.used += 1;
    return { over, remaining: count - window.used, resetMs: window.since + windowMs - at };
  }

  return {
    take(method, route, major) {
      const limit = limitOf(method, route);
      if (!limit) return { headers: {}, global: false };
      const overall = use('global', globalLimit);
      if (overall.over) {
        refused += 1;
        return { headers: { 'X-RateLimit-Global': 'true' }, retryAfterMs: overall.resetMs, global: true };
      }
      const { over, remaining, resetMs } = use(`${limit.name}:${major}`, limit);
      if (over) refused += 1;
      const headers = {
        'X-RateLimit-Limit': String(limit.count),
        'X-RateLimit-Remaining': String(remaining),
        'X-RateLimit-Reset': ((now() + resetMs) / 1000).toFixed(3),
        'X-RateLimit-Reset-After': (resetMs / 1000).toFixed(3),
        'X-RateLimit-Bucket': limit.name,
      };
      return { headers, global: false, ...(over && { retryAfterMs: resetMs }) };
    },
    get refused() {
      return refused;
    },
  };
}

/** Interaction callbacks and webhooks are not bound by the bot's global limit and are not counted here. */
function limitOf(method: string, route: string): Limit | undefined {
  if (route.startsWith('/interactions/') || route.startsWith('/webhooks/')) return undefined;
  const name = `${method} ${route}`.replace(/[^a-z]/gi, '').toLowerCase();
  const message = route.startsWith('/channels/:channel/messages');
  return { name, ...(message && method !== 'GET' ? messageLimit : otherLimit) };
}
