import { unknownUser } from '../api-error.js';
import { presentChannel, presentUser } from '../present.js';
import { addChannel } from '../seed.js';
import type { Parts, Route } from './route.js';

/** The bot's own account, its application, the gateway's address, direct channels. */
export function accountRoutes({ world, gatewayUrl, identifiesLeft }: Parts): Route[] {
  const application = () => ({
    id: world.applicationId,
    name: world.bot.username,
    icon: null,
    description: '',
    bot_public: false,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags: 0,
    owner: presentUser({ ...world.bot, id: world.guild.ownerId, bot: false }),
    team: null,
  });
  return [
    {
      method: 'GET',
      path: '/gateway/bot',
      handle: () => ({
        body: {
          url: gatewayUrl(),
          shards: 1,
          session_start_limit: {
            total: 1000,
            remaining: identifiesLeft(),
            reset_after: 86_400_000,
            max_concurrency: 1,
          },
        },
      }),
    },
    { method: 'GET', path: '/gateway', open: true, handle: () => ({ body: { url: gatewayUrl() } }) },
    {
      method: 'GET',
      path: '/users/@me',
      handle: () => ({ body: { ...presentUser(world.bot), verified: true } }),
    },
    { method: 'GET', path: '/applications/@me', handle: () => ({ body: application() }) },
    { method: 'GET', path: '/oauth2/applications/@me', handle: () => ({ body: application() }) },
    {
      method: 'POST',
      path: '/users/@me/channels',
      handle({ input }) {
        const recipientId = String(input.body['recipient_id']);
        if (!world.members.has(recipientId)) throw unknownUser();
        const known = [...world.channels.values()].find(
          (one) => one.kind === 'direct' && one.recipientId === recipientId,
        );
        const channel = known ?? {
          id: world.nextId(),
          kind: 'direct' as const,
          name: `@${world.members.get(recipientId)?.user.username}`,
          recipientId,
          overwrites: [],
        };
        if (!known) {
          addChannel(world, channel);
          world.tell({ type: 'channels' });
        }
        return { body: presentChannel(world, channel) };
      },
    },
  ];
}
