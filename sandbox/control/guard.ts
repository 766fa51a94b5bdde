import type { IncomingMessage } from 'node:http';

/** The server listens on loopback; a page of somebody else must not reach it through the reader's browser all the same. */
const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/**
 * Whether a request comes from this machine's own page or program: its Host names loopback (no DNS rebinding), and its
 * Origin, where a browser sent one, is that host.
 */
export function isOwn({ headers }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  return loopback.test(host) && (origin === undefined || origin === `http://${host}`);
}
