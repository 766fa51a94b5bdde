import { HubTrouble, readRetryAfterMs, troubleKindOf } from './hub-trouble.js';

export interface AskOptions {
  readonly endpoint: string;
  /** What must stand in no message, should an answer repeat it. */
  readonly secret: string;
  /** For one request, its answer included. */
  readonly limitMs: number;
  readonly clock: () => number;
}

/** Characters of the Hub's own words in a message. */
const maxWords = 200;

/**
 * `fetch` for one call of the client: ends in time, sends the token nowhere else, and makes a HubTrouble of every status of
 * 400 and more. `signal` ends it with its own reason.
 */
export function askingFetch(options: AskOptions, signal: AbortSignal | undefined): typeof fetch {
  const { endpoint, limitMs } = options;
  const { origin } = new URL(endpoint);
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (new URL(url).origin !== origin) {
      throw new HubTrouble('rejected', `The Hub points to another place, ${new URL(url).host}.`);
    }
    const signals = [AbortSignal.timeout(limitMs), signal, init?.signal].filter((each) => each != null);
    const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
    if (!response.ok) throw await troubleOf(response, options);
    return response;
  };
}

async function troubleOf(response: Response, { secret, clock }: AskOptions): Promise<HubTrouble> {
  const { status, headers } = response;
  const words = await wordsOf(response);
  const said = words === undefined ? '' : `: ${words.replaceAll(secret, '…').slice(0, maxWords)}`;
  const message = `The Hub answered ${status}${said}`.replace(/\.*$/, '.');
  const retryAfterMs = readRetryAfterMs(headers.get('retry-after'), clock());
  return new HubTrouble(troubleKindOf(status), message, {
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The Hub says what is wrong in a JSON object; what something before it says is a page. */
async function wordsOf(response: Response): Promise<string | undefined> {
  try {
    const body: unknown = await response.json();
    const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
    return typeof error === 'string' && error !== '' ? error : undefined;
  } catch {
    return undefined;
  }
}

/** What went wrong in a call, as a HubTrouble; the reason of an aborted signal stays what it is. */
export function toTrouble(error: unknown, { endpoint }: AskOptions): HubTrouble {
  if (error instanceof HubTrouble) return error;
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new HubTrouble('unreachable', `${endpoint} did not answer in time.`);
  }
  // undici tells of the network by a TypeError with the reason as its cause.
  if (error instanceof TypeError && error.cause instanceof Error) {
    const code = 'code' in error.cause ? String(error.cause.code) : error.cause.message;
    return new HubTrouble('unreachable', `${endpoint} cannot be reached (${code}).`);
  }
  return new HubTrouble('failing', `The answer of ${endpoint} cannot be understood.`);
}
