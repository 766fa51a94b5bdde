import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isOwn } from '../control/guard.js';
import { createFaults, type Faults } from './faults.js';
import { createGateway, type Gateway } from './gateway.js';
import { createInteractions, type Interactions } from './interactions.js';
import { createMessages, type Messages } from './messages.js';
import { createRateLimits, type RateLimits } from './rate-limits.js';
import { createRest, type RestCounts } from './rest.js';
import { createSeededWorld } from './seed.js';
import type { World } from './world.js';

/** Serves what is not Discord's API: pages, the control interface. Returns false for what it does not know. */
export type Extension = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

export interface SandboxOptions {
  /** 0 = any free one. */
  readonly port?: number;
  /** How often the bot must tell the gateway that it lives, ms. */
  readonly heartbeatMs?: number;
  /** What its clock runs with, epoch ms; the machine's unless given. */
  readonly now?: () => number;
}

/** A stand-in for Discord on loopback. */
export interface Sandbox {
  readonly world: World;
  readonly messages: Messages;
  readonly interactions: Interactions;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly limits: RateLimits;
  readonly counts: RestCounts;
  readonly http: Server;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** What `DISCORD_API_URL` takes. */
  readonly apiUrl: string;
  extend(extension: Extension): void;
  stop(): Promise<void>;
}

/** Starts the server. Rejects when the port is taken. */
export async function startSandbox({ port = 0, heartbeatMs, now }: SandboxOptions = {}): Promise<Sandbox> {
  const world = createSeededWorld(now);
  const faults = createFaults();
  const limits = createRateLimits(world.clock.now);
  const http = createServer();
  const extensions: Extension[] = [];
  await listen(http, port);
  const { port: taken } = http.address() as AddressInfo;
  const host = `127.0.0.1:${taken}`;
  const origin = `http://${host}`;
  const gateway = createGateway({
    world,
    faults,
    url: () => `ws://${host}/gateway`,
    ...(heartbeatMs !== undefined && { heartbeatMs }),
  });
  const messages = createMessages(world);
  const media = () => origin;
  const send = (event: string, data: unknown) => gateway.dispatch(event, data);
  const interactions = createInteractions({ world, messages, media, send });
  const rest = createRest(
    {
      world,
      messages,
      interactions,
      media,
      gatewayUrl: () => `ws://${host}/gateway`,
      identifiesLeft: () => Math.max(0, 1000 - gateway.identifies),
    },
    faults,
    limits,
  );

  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', origin);
    const api = /^\/api(?:\/v10)?(\/.*)$/.exec(url.pathname)?.[1];
    if (api !== undefined) {
      rest.handle(request, response, api, url.searchParams).catch(() => response.destroy());
    } else if (url.pathname.startsWith('/attachments/') && isOwn(request)) {
      sendAttachment(world, url, response);
    } else if (!extensions.some((extension) => extension(request, response, url))) {
      response.statusCode = 404;
      response.end('Not found');
    }
  });
  http.on('upgrade', (request, socket, head) => {
    if (new URL(request.url ?? '/', origin).pathname.replace(/\/$/, '') === '/gateway') {
      gateway.upgrade(request, socket, head);
    }
  });

  return {
    world,
    messages,
    interactions,
    gateway,
    faults,
    limits,
    counts: rest.counts,
    http,
    origin,
    apiUrl: `${origin}/api`,
    extend: (extension) => void extensions.push(extension),
    async stop() {
      gateway.stop();
      http.closeAllConnections();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
      });
    },
  };
}

function listen(http: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', () => {
      http.off('error', reject);
      resolve();
    });
  });
}

function sendAttachment(world: World, url: URL, response: ServerResponse): void {
  const [, , channelId = '', attachmentId = ''] = url.pathname.split('/');
  const found = (world.messages.get(channelId) ?? [])
    .flatMap(({ attachments }) => attachments)
    .find(({ id }) => id === attachmentId);
  response.statusCode = found ? 200 : 404;
  // What a trainer wrote must not run in a page: types are told, never guessed, and text is downloaded.
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
  if (found)
    response.setHeader(
      'Content-Type',
      found.contentType.startsWith('image/png') ? 'image/png' : 'text/plain; charset=utf-8',
    );
  response.end(found?.data ?? 'Not found');
}
