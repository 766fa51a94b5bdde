import { badToken, mustBeWriteToken, noRights } from './hub-error.js';

/** `contributor` may make repositories and write to its own alone; the stand-in lets it write. */
export type OrgRole = 'read' | 'contributor' | 'write' | 'admin';

export interface HubUser {
  readonly name: string;
  readonly orgs: readonly { readonly name: string; readonly role: OrgRole }[];
}

export interface HubToken {
  /** What stands in `Authorization: Bearer …`. */
  readonly value: string;
  /** What its owner calls it; stands in logs instead of the value. */
  readonly name: string;
  readonly user: HubUser;
  readonly role: 'read' | 'write' | 'fineGrained';
  /** For `fineGrained`: permissions by namespace, such as `repo.content.read` and `repo.write`. */
  readonly scopes?: readonly { readonly entity: string; readonly permissions: readonly string[] }[];
}

export interface Tokens {
  add(token: HubToken): HubToken;
  /** From now on the token is unknown. */
  revoke(value: string): void;
  /** Of an `Authorization` header. Undefined without one; throws 401 for a token that is malformed or unknown. */
  read(header: string | undefined): HubToken | undefined;
}

export function createTokens(): Tokens {
  const known = new Map<string, HubToken>();
  return {
    add(token) {
      known.set(token.value, token);
      return token;
    },
    revoke: (value) => void known.delete(value),
    read(header) {
      if (header === undefined) return undefined;
      const token = known.get(/^Bearer (\S+)$/.exec(header)?.[1] ?? '');
      if (!token) throw badToken();
      return token;
    },
  };
}

/** Whether this token sees a private repository of the namespace. */
export function mayRead(token: HubToken | undefined, namespace: string): boolean {
  if (!token) return false;
  if (token.role === 'fineGrained')
    return permissionsOf(token, namespace).some((permission) => permission.startsWith('repo.'));
  return roleIn(token.user, namespace) !== undefined;
}

/** Throws 403 unless this token may write to repositories of the namespace. */
export function assertMayWrite(token: HubToken, type: string, namespace: string): void {
  if (token.role === 'read') throw mustBeWriteToken();
  const role = roleIn(token.user, namespace);
  const scoped = token.role === 'write' || permissionsOf(token, namespace).includes('repo.write');
  if (!scoped || role === undefined || role === 'read') throw noRights(type, namespace);
}

function roleIn(user: HubUser, namespace: string): OrgRole | undefined {
  if (user.name === namespace) return 'admin';
  return user.orgs.find(({ name }) => name === namespace)?.role;
}

function permissionsOf(token: HubToken, namespace: string): readonly string[] {
  return (token.scopes ?? [])
    .filter(({ entity }) => entity === namespace)
    .flatMap((scope) => scope.permissions);
}
