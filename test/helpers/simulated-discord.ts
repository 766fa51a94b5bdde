import { REST } from 'discord.js';
import { isPacedRoute } from '../../src/discord/reporter/paced-routes.js';

/** A moment and what happens then; virtual time jumps from one to the next. */
export interface VirtualTime {
  readonly now: () => number;
  readonly schedule: (callback: () => void, ms: number) => () => void;
  /** Lets `ms` pass. What is scheduled happens in order, promises in between are settled. */
  pass(ms: number): Promise<void>;
}

export function createVirtualTime(startAt: number): VirtualTime {
  let now = startAt;
  let count = 0;
  const waiting = new Map<number, { at: number; callback: () => void }>();
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    schedule(callback, ms) {
      const key = count++;
      waiting.set(key, { at: now + Math.max(0, ms), callback });
      return () => waiting.delete(key);
    },
    async pass(ms) {
      const end = now + ms;
      await settled();
      for (;;) {
        const [next] = [...waiting]
          .filter(([, { at }]) => at <= end)
          .sort(([a, x], [b, y]) => x.at - y.at || a - b);
        if (!next) break;
        waiting.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].callback();
        await settled();
      }
      now = end;
    },
  };
}

export interface SimulatedMessage {
  readonly id: string;
  readonly postedAt: number;
  content: string;
  edits: number;
}

/**
 * The rules of Discord for the messages of one channel, as `discord.md` states them, in virtual time: creates and edits 5
 * per 5 s each, told in headers; edits of messages over an hour old 3 per 6 s, told nowhere. Every refusal is counted.
 */
export function simulateDiscord(time: VirtualTime, latencyMs: () => number) {
  const messages = new Map<string, SimulatedMessage>();
  const refusals: string[] = [];
  const windows = new Map<string, { since: number; used: number }>();
  let oldEdits: number[] = [];
  let lastId = 0;

  function bucket(name: string): { headers: Record<string, string>; over: boolean } {
    const known = windows.get(name);
    const window = known && time.now() - known.since < 5000 ? known : { since: time.now(), used: 0 };
    windows.set(name, window);
    window.used += 1;
    return {
      over: window.used > 5,
      headers: {
        'X-RateLimit-Limit': '5',
        'X-RateLimit-Remaining': String(Math.max(0, 5 - window.used)),
        'X-RateLimit-Reset-After': String((window.since + 5000 - time.now()) / 1000),
        'X-RateLimit-Bucket': name,
      },
    };
  }

  function refuse(what: string, headers: Record<string, string>): Response {
    refusals.push(`${what} at ${time.now()}`);
    const body = { message: what, retry_after: 5, code: what === 'old' ? 30046 : 0 };
    return Response.json(body, { status: 429, headers: { ...headers, 'Retry-After': '5' } });
  }

  function answer(method: string, id: string | undefined, content: string): Response {
    const { headers, over } = bucket(method);
    if (over) return refuse(method, headers);
    if (method === 'POST') {
      lastId += 1;
      const message = {
        id: `9000000000000${String(lastId).padStart(5, '0')}`,
        postedAt: time.now(),
        content,
        edits: 0,
      };
      messages.set(message.id, message);
      return Response.json({ id: message.id }, { headers });
    }
    const message = messages.get(id ?? '');
    if (!message) return Response.json({ code: 10008, message: 'Unknown Message' }, { status: 404, headers });
    if (time.now() - message.postedAt > 3_600_000) {
      oldEdits = [...oldEdits.filter((at) => time.now() - at < 6000), time.now()];
      if (oldEdits.length > 3) return refuse('old', headers);
    }
    message.content = content;
    message.edits += 1;
    return Response.json({ id: message.id }, { headers });
  }

  const rest = new REST({
    rejectOnRateLimit: isPacedRoute,
    // The real second in which discord.js counts is a virtual hour here.
    globalRequestsPerSecond: Number.MAX_SAFE_INTEGER,
    async makeRequest(url, init) {
      await new Promise<void>((resolve) => time.schedule(resolve, latencyMs()));
      const id = /messages\/(\d+)/.exec(url)?.[1];
      const { content } = JSON.parse(typeof init.body === 'string' ? init.body : '{}') as { content: string };
      return answer(init.method ?? 'GET', id, content);
    },
  }).setToken('token');

  return { rest, messages, refusals };
}
