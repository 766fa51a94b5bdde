import { presentHub } from '../control/present-hub.js';
import type { RunningHub } from '../hub/server.js';

/** What the stand-in Hub holds, for a terminal. */
export function showHub(hub: RunningHub): string {
  const { token, tokens, faults, repos, arrived } = presentHub(hub);
  const says = tokens.find(({ kind }) => kind === token)?.says ?? '';
  const held = repos.map(
    ({ id, private: hidden, last, files }) =>
      `${id} (${hidden ? 'private' : 'public'}), last commit "${last.title}" by ${last.author}\n` +
      files.map(({ path, size }) => `    ${path}  ${size} bytes`).join('\n'),
  );
  return [
    `The bot's token ${says} (${token}).`,
    `Faults: ${faults.join('; ') || 'none'}.`,
    held.join('\n') || 'No repository yet.',
    arrived.length === 0 ? '' : `Last: ${arrived[0]?.method} ${arrived[0]?.path} ${arrived[0]?.status}`,
  ]
    .filter(Boolean)
    .join('\n');
}
