/** What is wrong with the server for a while. Times are real ms: a fault is about the network, not about the clock. */
export interface Faults {
  /** REST answers this status. `count` requests, or for `forMs`; of these routes alone when `path` is given. */
  answer(fault: AnswerFault): void;
  /** Every REST answer comes this much later. 0 ends it. */
  delay(ms: number): void;
  /** Neither REST nor the gateway can be reached for so long. */
  goAway(forMs: number): void;
  /** The gateway takes no connection for so long. */
  refuseGateway(forMs: number): void;
  /** Ends every fault. */
  clear(): void;
  /** What befalls a request now; counts it. */
  next(method: string, path: string): Befalls | undefined;
  readonly delayMs: number;
  gatewayRefused(): boolean;
  /** For people: what is wrong now. Empty = nothing. */
  describe(): string[];
}

export interface AnswerFault {
  /**
   * A status to answer; `cut`: the connection is cut before anything is done; `lost`: the request takes effect, and the
   * connection is cut before the answer.
   */
  readonly with: number | 'cut' | 'lost';
  readonly count?: number;
  readonly forMs?: number;
  readonly method?: string;
  /** Matches the path below `/api/v10`. */
  readonly path?: RegExp;
}

export type Befalls = AnswerFault['with'];

export function createFaults(): Faults {
  let rules: { fault: AnswerFault; left: number; until: number }[] = [];
  let delayMs = 0;
  let awayUntil = 0;
  let gatewayUntil = 0;
  const now = () => performance.now();

  return {
    answer(fault) {
      const left = fault.count ?? Infinity;
      rules.push({ fault, left, until: fault.forMs === undefined ? Infinity : now() + fault.forMs });
    },
    delay(ms) {
      delayMs = ms;
    },
    goAway(forMs) {
      awayUntil = now() + forMs;
    },
    refuseGateway(forMs) {
      gatewayUntil = now() + forMs;
    },
    clear() {
      rules = [];
      delayMs = awayUntil = gatewayUntil = 0;
    },
    next(method, path) {
      if (now() < awayUntil) return 'cut';
      rules = rules.filter(({ left, until }) => left > 0 && now() < until);
      const rule = rules.find(
        ({ fault }) =>
          (fault.method === undefined || fault.method === method) && (fault.path?.test(path) ?? true),
      );
      if (!rule) return undefined;
      rule.left -= 1;
      return rule.fault.with;
    },
    get delayMs() {
      return delayMs;
    },
    gatewayRefused: () => now() < awayUntil || now() < gatewayUntil,
    describe() {
      const seconds = (until: number) => `${Math.ceil((until - now()) / 1000)} s`;
      return [
        ...(now() < awayUntil ? [`Discord is away, ${seconds(awayUntil)} more`] : []),
        ...(now() < gatewayUntil ? [`the gateway refuses, ${seconds(gatewayUntil)} more`] : []),
        ...(delayMs > 0 ? [`answers come ${delayMs} ms late`] : []),
        ...rules
          .filter(({ left, until }) => left > 0 && now() < until)
          .map(({ fault, left }) => `${fault.with} for ${left === Infinity ? 'all' : left} requests`),
      ];
    },
  };
}
