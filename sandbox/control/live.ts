import type { ServerResponse } from 'node:http';
import { PermissionFlagsBits, type APIMessage } from 'discord-api-types/v10';
import type { FeedChannel, FeedEvent, FeedMessage, FeedPerson, Snapshot } from '../page/feed.js';
import { permissionsOf } from '../discord/permissions.js';
import { presentMessage } from '../discord/present.js';
import type { Extension, Sandbox } from '../discord/server.js';
import type { Member, Message, WorldEvent } from '../discord/world.js';
import { as } from '../driver/driver.js';
import type { RunningHub } from '../hub/server.js';
import { isOwn } from './guard.js';
import { presentHub } from './present-hub.js';
import { createThrottle } from './throttle.js';

/** So often a comment goes out on an idle feed, so that a dead connection is noticed. */
const keepAliveMs = 15_000;
/** Bytes arrive at the Hub in many pieces: it is told no more often than this. */
const hubMs = 200;

/** `GET /sandbox/live?as=NAME`: server-sent events, first a snapshot, then changes, as this person may see them. */
export function createLive(sandbox: Sandbox, hub: RunningHub): Extension {
  return (request, response, url) => {
    if (url.pathname !== '/sandbox/live' || request.method !== 'GET') return false;
    if (isOwn(request)) follow(sandbox, hub, url.searchParams.get('as') ?? 'tom', response);
    else {
      response.statusCode = 403;
      response.end('Only from this machine.');
    }
    return true;
  };
}

function follow(sandbox: Sandbox, hub: RunningHub, name: string, response: ServerResponse): void {
  let readerId: string;
  try {
    readerId = as(sandbox, name).userId;
  } catch {
    response.statusCode = 404;
    response.end('There is nobody of that name.');
    return;
  }
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  const send = (event: FeedEvent): void => {
    response.write(`data: ${JSON.stringify({ ...event, now: sandbox.world.clock.now() })}\n\n`);
  };
  send(takeSnapshot(sandbox, hub, readerId));
  const unwatch = sandbox.world.watch((event) => {
    const told = translate(sandbox, readerId, event);
    if (told) send(told);
  });
  const tellHub = createThrottle(hubMs, () => send({ type: 'hub', hub: presentHub(hub) }));
  const unwatchHub = hub.watch(tellHub.call);
  const keepAlive = setInterval(() => response.write(':\n\n'), keepAliveMs);
  response.on('close', () => {
    unwatch();
    unwatchHub();
    tellHub.stop();
    clearInterval(keepAlive);
  });
}

function takeSnapshot(sandbox: Sandbox, hub: RunningHub, readerId: string): Snapshot {
  const { world } = sandbox;
  const channels = channelsOf(sandbox, readerId);
  return {
    type: 'snapshot',
    readerId,
    server: world.guild.name,
    channels,
    people: [...world.members.values()].map((member) => presentPerson(sandbox, member)),
    commands: [...world.commands.values()],
    messages: channels.flatMap(({ id }) =>
      (world.messages.get(id) ?? [])
        .filter((message) => isFor(message, readerId))
        .map((message) => present(sandbox, message)),
    ),
    connected: sandbox.gateway.connected,
    hub: presentHub(hub),
  };
}

function translate(sandbox: Sandbox, readerId: string, event: WorldEvent): FeedEvent | undefined {
  switch (event.type) {
    case 'message': {
      const { message, change } = event;
      if (!isFor(message, readerId) || !sees(sandbox, readerId, message.channelId)) return undefined;
      if (change === 'delete') return { type: 'gone', id: message.id, channelId: message.channelId };
      return { type: 'message', message: present(sandbox, message) };
    }
    case 'commands':
      return { type: 'commands', commands: [...sandbox.world.commands.values()] };
    case 'channels':
      return { type: 'channels', channels: channelsOf(sandbox, readerId) };
    case 'gateway':
      return { type: 'gateway', connected: event.connected };
    default:
      return undefined;
  }
}

function present({ world, origin }: Sandbox, message: Message): FeedMessage {
  return {
    // The API's own form: what a real client would get.
    ...(presentMessage(world, origin, message) as APIMessage),
    pinged: message.pinged,
    ...(message.interaction && {
      answers: { userId: message.interaction.userId, command: message.interaction.name },
    }),
  };
}

function presentPerson({ world }: Sandbox, { user, roles }: Member): FeedPerson {
  const held = [...world.roles.values()].filter(({ id }) => roles.has(id));
  return {
    id: user.id,
    username: user.username,
    name: user.globalName,
    bot: user.bot,
    roles: held.map(({ id, name, colour }) => ({ id, name, colour })),
  };
}

function channelsOf(sandbox: Sandbox, readerId: string): FeedChannel[] {
  return [...sandbox.world.channels.values()]
    .filter(({ id }) => sees(sandbox, readerId, id))
    .map(({ id, name, kind }) => ({ id, name, kind }));
}

function sees({ world }: Sandbox, readerId: string, channelId: string): boolean {
  const channel = world.channels.get(channelId);
  if (!channel) return false;
  if (channel.kind === 'direct') return channel.recipientId === readerId;
  return (permissionsOf(world, readerId, channel) & PermissionFlagsBits.ViewChannel) !== 0n;
}

function isFor({ ephemeralFor }: Message, readerId: string): boolean {
  return ephemeralFor === undefined || ephemeralFor === readerId;
}
