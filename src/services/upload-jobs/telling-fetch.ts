import { readRetryAfterMs } from '../hub/hub-trouble.js';

/** What the Hub's client hands to `fetch` with the bytes of a file or a part of one. */
interface ProgressHint {
  readonly progressCallback: (part: number) => void;
  readonly part?: number;
  readonly numParts?: number;
}

function hintOf(init: RequestInit | undefined): ProgressHint | undefined {
  const hint: unknown = init !== undefined && 'progressHint' in init ? init.progressHint : undefined;
  return isHint(hint) ? hint : undefined;
}

function isHint(value: unknown): value is ProgressHint {
  return typeof value === 'object' && value !== null && 'progressCallback' in value;
}

/** `fetch` that tells how far a file is, and how long a refusal asks to wait. */
export function createTellingFetch(onRetryAfter: (ms: number | undefined) => void): typeof fetch {
  /** By file: how much of each part is sent, 0 to 1. */
  const sent = new Map<ProgressHint['progressCallback'], Map<number, number>>();
  return async (input, init) => {
    const hint = hintOf(init);
    const body = init?.body;
    if (hint && body instanceof Blob) {
      const parts = sent.get(hint.progressCallback) ?? new Map<number, number>();
      sent.set(hint.progressCallback, parts);
      init = {
        ...init,
        body: countingBlob(body, (part) => {
          parts.set(hint.part ?? 0, part);
          hint.progressCallback(
            [...parts.values()].reduce((sum, one) => sum + one, 0) / (hint.numParts ?? 1),
          );
        }),
      };
    }
    const response = await fetch(input, init);
    if (!response.ok) onRetryAfter(readRetryAfterMs(response.headers.get('retry-after'), Date.now()));
    return response;
  };
}

/** The same bytes, told as they are read: `fetch` takes the length from a Blob, which the storage asks for. */
function countingBlob(blob: Blob, onPart: (part: number) => void): Blob {
  let sent = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      sent += piece.byteLength;
      onPart(blob.size === 0 ? 1 : sent / blob.size);
      controller.enqueue(piece);
    },
  });
  return new Proxy(blob, {
    get(target, key) {
      if (key === 'stream') return () => target.stream().pipeThrough(counter);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
