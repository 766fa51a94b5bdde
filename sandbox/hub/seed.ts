import type { HubToken, HubUser, Tokens } from './tokens.js';

/** `hf_` and 34 letters, as real tokens are, and plainly not one. */
const tokenValue = (word: string) => `hf_${word.padEnd(34, 'x')}`;

const tess: HubUser = {
  name: 'tess',
  orgs: [
    { name: 'vault-labs', role: 'write' },
    { name: 'onlookers', role: 'read' },
  ],
};

/** Who and what a new stand-in knows: one person, one token of each kind. */
export const hubTokens = {
  write: { value: tokenValue('SandboxWrite'), name: 'tuner', user: tess, role: 'write' },
  read: { value: tokenValue('SandboxRead'), name: 'reader', user: tess, role: 'read' },
  /** May write for the person, not for the organisation. */
  fineGrained: {
    value: tokenValue('SandboxFineGrained'),
    name: 'narrow',
    user: tess,
    role: 'fineGrained',
    scopes: [{ entity: 'tess', permissions: ['repo.content.read', 'repo.write'] }],
  },
  /** May read for the person and write for the organisation alone. */
  fineGrainedElsewhere: {
    value: tokenValue('SandboxElsewhere'),
    name: 'elsewhere',
    user: tess,
    role: 'fineGrained',
    scopes: [
      { entity: 'tess', permissions: ['repo.content.read'] },
      { entity: 'vault-labs', permissions: ['repo.content.read', 'repo.write'] },
    ],
  },
  /** Another person's. */
  stranger: {
    value: tokenValue('SandboxStranger'),
    name: 'stranger',
    user: { name: 'sam', orgs: [] },
    role: 'write',
  },
} as const satisfies Record<string, HubToken>;

/** What the bot of the sandbox is given; which of the tokens above it is like can change while it runs. */
export const botToken = tokenValue('SandboxBot');

/** Well-formed, and nobody's. */
export const unknownToken = tokenValue('SandboxNobody');

export function seedTokens(tokens: Tokens): void {
  for (const token of Object.values(hubTokens)) tokens.add(token);
}
