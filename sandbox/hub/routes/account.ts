import { createHash } from 'node:crypto';
import { signedIn, type Route } from './route.js';

/** Ids are 24 hexadecimal digits, as the Hub's are. */
const idOf = (name: string) => createHash('sha1').update(name).digest('hex').slice(0, 24);

/** Who somebody is and what the token may do: https://huggingface.co/docs/hub/api */
export function accountRoutes(): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/api\/whoami-v2$/,
      handle(call) {
        const { user, role, name, scopes = [] } = signedIn(call);
        const orgs = user.orgs.map((org) => ({
          ...entity('org', org.name),
          email: null,
          roleInOrg: org.role,
        }));
        const scoped = scopes.map(({ entity: of, permissions }) => ({
          entity: { _id: idOf(of), type: of === user.name ? 'user' : 'org', name: of },
          permissions,
        }));
        const fineGrained = { canReadGatedRepos: false, global: [], scoped };
        return {
          json: {
            ...entity('user', user.name),
            email: `${user.name}@example.org`,
            emailVerified: true,
            isPro: false,
            billingMode: 'prepaid',
            orgs,
            auth: {
              type: 'access_token',
              accessToken: {
                displayName: name,
                role,
                createdAt: '2026-01-05T09:00:00.000Z',
                ...(role === 'fineGrained' && { fineGrained }),
              },
            },
          },
        };
      },
    },
  ];
}

function entity(type: 'user' | 'org', name: string) {
  return { type, id: idOf(name), name, fullname: name, canPay: false, avatarUrl: '', periodEnd: null };
}
