/** Which requests, and how many: every matching one where `count` is absent. */
interface Aim {
  readonly count?: number;
  /** So many matching requests pass first. */
  readonly skip?: number;
  /** From when it was added; without end where absent. */
  readonly forMs?: number;
  readonly method?: string;
  /** Matches the path, without the query. `/lfs-upload/` are the bytes, `/commit/` the commits. */
  readonly path?: RegExp;
}

export type HubFault = Aim &
  (
    | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
    /** The connection ends once so many bytes of the body have come, before anything is done. */
    | { readonly kind: 'cut'; readonly afterBytes: number }
    /** What is asked is done, and the connection ends before the answer. */
    | { readonly kind: 'lost' }
    | { readonly kind: 'slow'; readonly bytesPerSecond: number }
    /** Of the bytes sent the last `dropBytes` are not kept; with 0 one byte is kept wrong. The answer says nothing of it. */
    | { readonly kind: 'corrupt'; readonly dropBytes: number }
    /** A commit leaves out the files that fit. The answer says nothing of it. */
    | { readonly kind: 'forget'; readonly file: RegExp }
  );

/** What befalls one request: of each kind the first that fits. */
export interface Effects {
  readonly status?: { readonly status: number; readonly retryAfterSeconds?: number };
  readonly cutAfterBytes?: number;
  readonly lost?: true;
  readonly bytesPerSecond?: number;
  readonly dropBytes?: number;
  readonly forget?: RegExp;
}

export interface HubFaults {
  add(fault: HubFault): void;
  clear(): void;
  /** What befalls this request; counts it. */
  take(method: string, path: string): Effects;
  /** For people: what is wrong now. Empty = nothing. */
  describe(): string[];
}

export function createHubFaults(): HubFaults {
  let rules: { readonly fault: HubFault; readonly until: number; left: number; skip: number }[] = [];
  const dropSpent = () => {
    rules = rules.filter(({ left, until }) => left > 0 && performance.now() < until);
  };
  return {
    add(fault) {
      const until = performance.now() + (fault.forMs ?? Infinity);
      rules.push({ fault, until, left: fault.count ?? Infinity, skip: fault.skip ?? 0 });
    },
    clear() {
      rules = [];
    },
    take(method, path) {
      dropSpent();
      const aimed = rules.filter(
        ({ fault }) => (fault.method ?? method) === method && (fault.path?.test(path) ?? true),
      );
      const struck = aimed.filter(({ skip }) => skip === 0);
      for (const rule of aimed) if (rule.skip > 0) rule.skip -= 1;
      const first = struck.filter(
        ({ fault }, at) => struck.findIndex((other) => other.fault.kind === fault.kind) === at,
      );
      for (const rule of first) rule.left -= 1;
      return Object.assign({}, ...first.map(({ fault }) => effectOf(fault))) as Effects;
    },
    describe() {
      dropSpent();
      return rules.map(({ fault, left }) => {
        const which = left === Infinity ? 'all requests' : left === 1 ? 'a request' : `${left} requests`;
        return `${fault.kind === 'status' ? fault.status : fault.kind} for ${which}`;
      });
    },
  };
}

function effectOf(fault: HubFault): Effects {
  switch (fault.kind) {
    case 'status':
      return { status: fault };
    case 'cut':
      return { cutAfterBytes: fault.afterBytes };
    case 'lost':
      return { lost: true };
    case 'slow':
      return { bytesPerSecond: fault.bytesPerSecond };
    case 'corrupt':
      return { dropBytes: fault.dropBytes };
    default:
      return { forget: fault.file };
  }
}
