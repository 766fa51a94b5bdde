import type { Finding } from '../../../domain/plan.js';
import type { HubAccount, HubClient } from '../../hub/ports.js';
import { blocker, warning } from '../findings.js';

/** Whether the token may write to this repository; `exists`: it is there already. */
export function checkRights(
  account: HubAccount,
  repoId: string,
  exists: boolean,
  { endpoint }: Pick<HubClient, 'endpoint'>,
): readonly Finding[] {
  const { name, tokenRole, namespaces, repos } = account;
  const owner = repoId.split('/')[0] ?? '';
  const namespace = namespaces.find((each) => isSameName(each.name, owner));
  const tokens = `${endpoint}/settings/tokens`;
  if (tokenRole === 'read') {
    const remedy = `Make a token with write permission at ${tokens} and set HF_TOKEN.`;
    return [blocker('token-reads', `The token of ${name} may only read.`, remedy)];
  }
  if (!namespace) return [noMember(account, owner, tokens)];
  if (namespace.role === 'read') {
    const remedy = `Choose another owner, or let ${owner} give ${name} the role write.`;
    return [blocker('member-reads', `${name} may only read in ${owner}.`, remedy)];
  }
  const single = exists && repos.some((each) => isSameName(each, repoId));
  if (!namespace.tokenMayWrite && !single) {
    const message = `The fine-grained token of ${name} has no write permission (repo.write) for ${owner}.`;
    return [
      blocker('token-scope', message, `Give it that permission at ${tokens}, or set another HF_TOKEN.`),
    ];
  }
  if (exists && namespace.role === 'contributor') {
    const message = `${name} is a contributor in ${owner} and may write only to repositories of their own.`;
    return [warning('contributor', message, 'Choose another name if somebody else made this one.')];
  }
  return [];
}

function noMember({ name, tokenRole, namespaces }: HubAccount, owner: string, tokens: string): Finding {
  const open = namespaces.filter(({ role, tokenMayWrite }) => role !== 'read' && tokenMayWrite);
  const choose = open.length > 0 ? `Choose one of ${open.map((each) => each.name).join(', ')}, or` : 'Else';
  if (tokenRole === 'fineGrained') {
    // Of organisations that it is not for, a fine-grained token may not even tell that its owner is in them.
    const message = `The fine-grained token of ${name} does not reach ${owner}.`;
    return blocker('not-member', message, `${choose} give it write permission there at ${tokens}.`);
  }
  const message = `The token is ${name}'s, who is no member of ${owner}.`;
  return blocker('not-member', message, `${choose} let ${owner} take ${name} in.`);
}

/** The Hub finds names in any case. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
