import { REST } from 'discord.js';
import { isPacedRoute } from '../../src/discord/reporter/paced-routes.js';
import { timeOfSnowflake } from '../../src/discord/reporter/snowflake.js';
import type { VirtualTime } from './virtual-time.js';

export interface SimulatedMessage {
  readonly id: string;
  readonly channelId: string;
  readonly author: { readonly id: string };
  readonly postedAt: number;
  readonly nonce: string | undefined;
  readonly mentions: readonly string[];
  content: string;
  embeds: { footer?: { text: string } }[];
  edits: number;
}

export interface SimulatedRequest {
  readonly method: string;
  readonly path: string;
  readonly channelId: string | undefined;
}

/**
 * What befalls a request. `lost`: it takes effect, but the connection breaks before the answer; `down`: nothing gets
 * through; a number: Discord's error code, with its usual status.
 */
export type Fault = 'lost' | 'down' | number | undefined;

const statusOf: Readonly<Record<number, number>> = {
  10003: 404,
  10008: 404,
  50001: 403,
  50007: 403,
  50013: 403,
  50035: 400,
};
/** How long Discord remembers a nonce is told as "some minutes". */
const nonceMs = 3 * 60_000;
const epochMs = 1_420_070_400_000n;
export const simulatedBot = '400000000000000001';

/**
 * The rules of Discord for messages, in virtual time: creates and edits 5 per 5 s a channel each, told in headers; edits of
 * messages over an hour old 3 per 6 s a channel, told nowhere; nonces; direct messages. Every refusal for speed is counted.
 */
export function simulateDiscord(
  time: VirtualTime,
  {
    latencyMs = () => 50,
    fault = () => undefined,
  }: { latencyMs?: () => number; fault?: (request: SimulatedRequest) => Fault } = {},
) {
  const messages: SimulatedMessage[] = [];
  const pinned: string[] = [];
  const refusals: string[] = [];
  const requests: SimulatedRequest[] = [];
  const windows = new Map<string, { since: number; used: number }>();
  const oldEdits = new Map<string, number[]>();
  let count = 0n;

  function snowflake(): string {
    count += 1n;
    return (((BigInt(Math.floor(time.now())) - epochMs) << 22n) + (count % 4_000_000n)).toString();
  }

  function bucket(name: string): { headers: Record<string, string>; over: boolean } {
    const known = windows.get(name);
    const window = known && time.now() - known.since < 5000 ? known : { since: time.now(), used: 0 };
    windows.set(name, window);
    window.used += 1;
    const headers = {
      'X-RateLimit-Limit': '5',
      'X-RateLimit-Remaining': String(Math.max(0, 5 - window.used)),
      'X-RateLimit-Reset-After': String((window.since + 5000 - time.now()) / 1000),
      'X-RateLimit-Bucket': name.split(' ')[0] ?? name,
    };
    return { over: window.used > 5, headers };
  }

  function refuse(what: string, headers: Record<string, string>): Response {
    refusals.push(`${what} at ${time.now()}`);
    const body = { message: what, retry_after: 5, code: what === 'old' ? 30046 : 0 };
    return Response.json(body, { status: 429, headers: { ...headers, 'Retry-After': '5' } });
  }

  function create(channelId: string, body: Body, headers: Record<string, string>): Response {
    const same = messages.find(
      (one) => one.channelId === channelId && one.nonce === body.nonce && time.now() - one.postedAt < nonceMs,
    );
    if (body.nonce !== undefined && same) return Response.json({ id: same.id }, { headers });
    const message: SimulatedMessage = {
      id: snowflake(),
      channelId,
      author: { id: simulatedBot },
      postedAt: time.now(),
      nonce: body.nonce,
      mentions: body.allowed_mentions?.users ?? [],
      content: body.content,
      embeds: body.embeds ?? [],
      edits: 0,
    };
    messages.push(message);
    return Response.json({ id: message.id }, { headers });
  }

  function edit(channelId: string, id: string, body: Body, headers: Record<string, string>): Response {
    const message = messages.find((one) => one.id === id && one.channelId === channelId);
    if (!message) return Response.json({ code: 10008, message: 'Unknown Message' }, { status: 404, headers });
    if (time.now() - message.postedAt > 3_600_000) {
      const recent = [...(oldEdits.get(channelId) ?? []).filter((at) => time.now() - at < 6000), time.now()];
      oldEdits.set(channelId, recent);
      if (recent.length > 3) return refuse('old', headers);
    }
    Object.assign(message, { content: body.content, embeds: body.embeds ?? [], edits: message.edits + 1 });
    return Response.json({ id }, { headers });
  }

  /** Pins or deletes. */
  function touch(method: string, id: string, headers: Record<string, string>): Response {
    const at = messages.findIndex((one) => one.id === id);
    if (at === -1)
      return Response.json({ code: 10008, message: 'Unknown Message' }, { status: 404, headers });
    if (method === 'PUT') pinned.push(id);
    else messages.splice(at, 1);
    return new Response(null, { status: 204, headers });
  }

  function answer(method: string, url: URL, body: Body): Response {
    const [, , , , first = '', channelId = '', , messageId] = ['', ...url.pathname.split('/')];
    if (url.pathname.endsWith('/users/@me/channels'))
      return Response.json({ id: directChannelOf(body.recipient_id) });
    if (first !== 'channels') throw new Error(`not simulated: ${url.pathname}`);
    const { headers, over } = bucket(`${method} ${channelId}`);
    if (method === 'PUT' || method === 'DELETE')
      return touch(method, url.pathname.split('/').at(-1) ?? '', headers);
    if (over) return refuse(method, headers);
    if (method === 'GET') {
      const after = timeOfSnowflake(url.searchParams.get('after') ?? '0');
      const found = messages.filter((one) => one.channelId === channelId && one.postedAt >= after);
      return Response.json(found.slice(0, 100).reverse(), { headers });
    }
    if (method === 'POST') return create(channelId, body, headers);
    return edit(channelId, messageId ?? '', body, headers);
  }

  const rest = new REST({
    rejectOnRateLimit: isPacedRoute,
    // discord.js counts in real seconds, of which a virtual hour takes one.
    globalRequestsPerSecond: Number.MAX_SAFE_INTEGER,
    async makeRequest(address, init) {
      await new Promise<void>((resolve) => time.schedule(resolve, latencyMs()));
      const url = new URL(address.replace('%40', '@'));
      const method = init.method ?? 'GET';
      const request = { method, path: url.pathname, channelId: /channels\/(\d+)/.exec(url.pathname)?.[1] };
      requests.push(request);
      const what = fault(request);
      if (what === 'down') throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      if (typeof what === 'number') {
        return Response.json({ code: what, message: `error ${what}` }, { status: statusOf[what] ?? 400 });
      }
      const response = answer(method, url, JSON.parse(typeof init.body === 'string' ? init.body : '{}'));
      if (what === 'lost') throw Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
      return response;
    },
  }).setToken('token');

  return {
    rest,
    messages,
    pinned,
    refusals,
    requests,
    remove: (id: string) =>
      messages.splice(
        messages.findIndex((one) => one.id === id),
        1,
      ),
  };
}

interface Body {
  readonly content: string;
  readonly embeds?: { footer?: { text: string } }[];
  readonly nonce?: string;
  readonly allowed_mentions?: { readonly users?: string[] };
  readonly recipient_id?: string;
}

/** The channel of a person's direct messages. */
export function directChannelOf(userId: string | undefined): string {
  return `9${(userId ?? '').slice(1)}`;
}
