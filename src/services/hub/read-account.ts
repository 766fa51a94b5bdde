import { z } from 'zod';
import type { HubAccount, HubNamespace } from './ports.js';

const entity = z.object({ name: z.string(), type: z.string().optional() });

/**
 * What `GET /api/whoami-v2` says of a person. https://huggingface.co/docs/hub/security-tokens: a fine-grained token states
 * permissions by namespace or by repository.
 */
const whoamiSchema = z.object({
  name: z.string(),
  orgs: z
    .array(
      z.object({
        name: z.string(),
        roleInOrg: z.enum(['read', 'contributor', 'write', 'admin', 'unknown']).catch('unknown'),
      }),
    )
    .default([]),
  auth: z.object({
    accessToken: z
      .object({
        role: z.string(),
        fineGrained: z
          .object({ scoped: z.array(z.object({ entity, permissions: z.array(z.string()) })) })
          .optional()
          .catch(undefined),
      })
      .optional(),
  }),
});

type Scopes = readonly { readonly entity: z.infer<typeof entity>; readonly permissions: readonly string[] }[];

const ofNamespaces = ['user', 'org', undefined];

/** An account from the answer to whoami. Throws ZodError for anything else. */
export function readAccount(answer: unknown): HubAccount {
  const { name, orgs, auth } = whoamiSchema.parse(answer);
  const { role, fineGrained } = auth.accessToken ?? {};
  const tokenRole = roleOf(role, fineGrained !== undefined);
  const scopes: Scopes = fineGrained?.scoped ?? [];
  const writable = scopes.filter(({ permissions }) => permissions.includes('repo.write'));
  const tokenMayWrite = (namespace: string): boolean =>
    // Of another kind of token nothing is known: its own refusal will tell.
    tokenRole === 'write' ||
    tokenRole === 'other' ||
    (tokenRole === 'fineGrained' &&
      writable.some((scope) => scope.entity.name === namespace && ofNamespaces.includes(scope.entity.type)));
  const namespaces: HubNamespace[] = [
    { name, role: 'admin', tokenMayWrite: tokenMayWrite(name) },
    ...orgs.map((org) => ({
      name: org.name,
      role: org.roleInOrg,
      tokenMayWrite: tokenMayWrite(org.name),
    })),
  ];
  const repos = writable.filter((scope) => scope.entity.name.includes('/')).map((scope) => scope.entity.name);
  return { name, tokenRole, namespaces, repos };
}

function roleOf(role: string | undefined, scoped: boolean): HubAccount['tokenRole'] {
  if (role === 'read' || role === 'write') return role;
  return role === 'fineGrained' && scoped ? role : 'other';
}
