import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { lockDataDir } from '../db/lock.js';
import { UserError } from '../domain/user-error.js';

/**
 * Takes the bot's account for this process, among those of this user on this machine: two bots of one token would both
 * answer every press. Returns the way to give it back. Throws UserError when another process has it. The folder's name
 * carries a hash, from which the token cannot be had.
 */
export function lockToken({
  token,
  apiUrl = '',
}: {
  readonly token: string;
  readonly apiUrl?: string;
}): () => void {
  const name = createHash('sha256').update(`${apiUrl}\n${token}`).digest('hex').slice(0, 16);
  const unlock = lockDataDir(join(tmpdir(), `tuner-bot-${userInfo().uid}`, name));
  if (unlock) return unlock;
  throw new UserError(
    'Another tuner-bot on this machine uses the same Discord token.',
    'Stop that one, or give this one an application and a token of its own.',
  );
}
