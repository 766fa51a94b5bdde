import { botToken, hubTokens } from './seed.js';
import type { HubToken, Tokens } from './tokens.js';

export type TokenKind = keyof typeof hubTokens | 'revoked';

/** What each kind of token may do, in words. */
export const tokenKinds = {
  write: 'writes for tess and vault-labs',
  read: 'reads alone',
  fineGrained: 'writes for tess alone',
  fineGrainedElsewhere: 'writes for vault-labs, reads for tess',
  stranger: 'is of somebody else: sam',
  revoked: 'was revoked',
} as const satisfies Record<TokenKind, string>;

/** The token that the bot of the sandbox was given: its value stays, what it may changes. */
export interface BotToken {
  readonly kind: () => TokenKind;
  become(kind: TokenKind): void;
}

export function createBotToken(tokens: Tokens): BotToken {
  let kind: TokenKind = 'write';
  const become = (wanted: TokenKind): void => {
    kind = wanted;
    if (wanted === 'revoked') tokens.revoke(botToken);
    else tokens.add({ ...(hubTokens[wanted] satisfies HubToken), value: botToken });
  };
  become(kind);
  return { kind: () => kind, become };
}
