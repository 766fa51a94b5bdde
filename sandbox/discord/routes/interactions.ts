import { invalidWebhookToken, unknownWebhook } from '../api-error.js';
import type { Interaction } from '../interactions.js';
import { presentMessage } from '../present.js';
import { param, type Call, type Parts, type Route } from './route.js';

/** First responses, follow-ups and edits by an interaction's token. */
export function interactionRoutes({ world, messages, interactions, media }: Parts): Route[] {
  function find(call: Call): Interaction {
    if (param(call, 'application') !== world.applicationId) throw unknownWebhook();
    const token = param(call, 'token');
    if (token.length < 20) throw invalidWebhookToken();
    return interactions.byToken(token);
  }

  function callback(call: Call) {
    const interaction = interactions.respond(param(call, 'id'), param(call, 'token'), call.input);
    if (call.query.get('with_response') !== 'true') return {};
    const { original } = interaction;
    return {
      body: {
        interaction: {
          id: interaction.id,
          type: call.input.body['type'],
          ...(original && { response_message_id: original.id, response_message_loading: original.loading }),
        },
        ...(original && {
          resource: { type: call.input.body['type'], message: presentMessage(world, media(), original) },
        }),
      },
    };
  }

  const message = '/webhooks/:application/:token/messages/:message';
  return [
    { method: 'POST', path: '/interactions/:id/:token/callback', open: true, handle: callback },
    {
      method: 'POST',
      path: '/webhooks/:application/:token',
      open: true,
      handle: (call) => ({
        body: presentMessage(world, media(), interactions.followUp(find(call), call.input)),
      }),
    },
    {
      method: 'GET',
      path: message,
      open: true,
      handle: (call) => ({
        body: presentMessage(world, media(), interactions.message(find(call), param(call, 'message'))),
      }),
    },
    {
      method: 'PATCH',
      path: message,
      open: true,
      handle(call) {
        const found = interactions.message(find(call), param(call, 'message'));
        return { body: presentMessage(world, media(), messages.change(found, call.input)) };
      },
    },
    {
      method: 'DELETE',
      path: message,
      open: true,
      handle(call) {
        interactions.removeMessage(find(call), param(call, 'message'));
        return {};
      },
    },
  ];
}
