/**
 * Runs one request under a signal of its own that follows a longer-lived one. discord.js leaves its listener on the
 * signal that it is given: on one that lives as long as the bot they would pile up.
 */
export async function abortable<Value>(
  signal: AbortSignal,
  request: (own: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const own = new AbortController();
  const abort = (): void => own.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await request(own.signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
