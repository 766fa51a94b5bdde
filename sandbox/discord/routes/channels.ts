import { PermissionFlagsBits } from 'discord-api-types/v10';
import { missingPermissions } from '../api-error.js';
import { permissionsOf, visibleChannel } from '../permissions.js';
import { presentChannel, presentMessage } from '../present.js';
import { addChannel } from '../seed.js';
import { validate } from '../validate/form.js';
import { param, type Call, type Parts, type Route } from './route.js';

/** Channels, their messages, pins and threads. */
export function channelRoutes({ world, messages, media }: Parts): Route[] {
  function pin(call: Call, pinned: boolean) {
    const channel = visibleChannel(world, param(call, 'channel'));
    // Split from MANAGE_MESSAGES, which no longer covers it (https://docs.discord.com/developers/change-log).
    const held = permissionsOf(world, world.bot.id, channel);
    if (channel.kind !== 'direct' && (held & PermissionFlagsBits.PinMessages) === 0n)
      throw missingPermissions();
    messages.pin(channel.id, param(call, 'message'), pinned);
    return {};
  }

  function listPins(call: Call) {
    const { id } = visibleChannel(world, param(call, 'channel'));
    const pinned = (world.messages.get(id) ?? []).filter((one) => one.pinnedAt !== undefined);
    const items = pinned
      .toSorted((one, other) => (other.pinnedAt ?? 0) - (one.pinnedAt ?? 0))
      .map((one) => ({
        pinned_at: new Date(one.pinnedAt ?? 0).toISOString(),
        message: presentMessage(world, media(), one),
      }));
    return { body: { items, has_more: false } };
  }

  function startThread(call: Call, id: string) {
    const parent = visibleChannel(world, param(call, 'channel'));
    const { name } = call.input.body;
    validate((form) => form.text(['name'], name, { min: 1, max: 100, required: true }));
    const thread = {
      id,
      kind: 'thread' as const,
      name: String(name),
      parentId: parent.id,
      overwrites: parent.overwrites,
    };
    addChannel(world, thread);
    world.tell({ type: 'channels' });
    return { status: 201, body: presentChannel(world, thread) };
  }

  const message = '/channels/:channel/messages/:message';
  return [
    {
      method: 'GET',
      path: '/channels/:channel',
      handle: (call) => ({ body: presentChannel(world, visibleChannel(world, param(call, 'channel'))) }),
    },
    {
      method: 'GET',
      path: '/channels/:channel/messages',
      handle: (call) => ({
        body: messages
          .list(param(call, 'channel'), call.query)
          .map((one) => presentMessage(world, media(), one)),
      }),
    },
    {
      method: 'POST',
      path: '/channels/:channel/messages',
      handle: (call) => ({
        body: presentMessage(world, media(), messages.create(param(call, 'channel'), call.input)),
      }),
    },
    // Before the route of one message, which its path would fit too.
    { method: 'GET', path: '/channels/:channel/messages/pins', handle: listPins },
    {
      method: 'GET',
      path: message,
      handle: (call) => ({
        body: presentMessage(world, media(), messages.get(param(call, 'channel'), param(call, 'message'))),
      }),
    },
    {
      method: 'PATCH',
      path: message,
      handle(call) {
        const edited = messages.edit(param(call, 'channel'), param(call, 'message'), call.input);
        return { body: presentMessage(world, media(), edited) };
      },
    },
    {
      method: 'DELETE',
      path: message,
      handle(call) {
        messages.remove(param(call, 'channel'), param(call, 'message'));
        return {};
      },
    },
    { method: 'PUT', path: '/channels/:channel/pins/:message', handle: (call) => pin(call, true) },
    { method: 'DELETE', path: '/channels/:channel/pins/:message', handle: (call) => pin(call, false) },
    { method: 'PUT', path: '/channels/:channel/messages/pins/:message', handle: (call) => pin(call, true) },
    {
      method: 'DELETE',
      path: '/channels/:channel/messages/pins/:message',
      handle: (call) => pin(call, false),
    },
    {
      method: 'POST',
      path: '/channels/:channel/threads',
      handle: (call) => startThread(call, world.nextId()),
    },
    {
      method: 'POST',
      path: `${message}/threads`,
      handle(call) {
        // A thread of a message has the message's id.
        const { id } = messages.get(param(call, 'channel'), param(call, 'message'));
        return startThread(call, id);
      },
    },
    {
      method: 'POST',
      path: '/channels/:channel/typing',
      handle(call) {
        visibleChannel(world, param(call, 'channel'));
        return {};
      },
    },
  ];
}
