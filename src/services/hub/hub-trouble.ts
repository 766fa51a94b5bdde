/**
 * Why the Hub did not do what was asked: it could not be reached or did not answer in time; it does not know the token
 * (401); the token may not (403); there is no such thing (404; a private one that the token may not see looks the same); it
 * asks to slow down (429); it fails itself (5xx); or it takes this request for wrong (any other 4xx).
 */
export type HubTroubleKind =
  'unreachable' | 'unknown-token' | 'forbidden' | 'missing' | 'too-many' | 'failing' | 'rejected';

/** Trouble with the Hub. Neither message nor cause holds the token. */
export class HubTrouble extends Error {
  readonly kind: HubTroubleKind;
  /** HTTP status; absent without an answer. */
  readonly status: number | undefined;
  /** How long the Hub asks to wait (header `Retry-After`). */
  readonly retryAfterMs: number | undefined;

  /** `message`: one sentence for people. */
  constructor(
    kind: HubTroubleKind,
    message: string,
    more: { readonly status?: number; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.kind = kind;
    this.status = more.status;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** Whether the same request may succeed later with nobody doing anything about it. */
  get passes(): boolean {
    return this.kind === 'unreachable' || this.kind === 'too-many' || this.kind === 'failing';
  }
}

/** The kind of trouble that a status of HTTP tells. 408 and 425 ask to come again. */
export function troubleKindOf(status: number): HubTroubleKind {
  if (status === 401) return 'unknown-token';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'missing';
  if (status === 429) return 'too-many';
  return status >= 500 || status === 408 || status === 425 ? 'failing' : 'rejected';
}

/**
 * The header `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3), as milliseconds from `now`; undefined for anything
 * else.
 */
export function readRetryAfterMs(header: string | null | undefined, now: number): number | undefined {
  if (header == null || header.trim() === '') return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
