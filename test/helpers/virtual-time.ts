/** Time that passes when it is told to, as fast as the machine can. */
export interface VirtualTime {
  readonly now: () => number;
  /** Calls back after `ms`; returns the way to stop that. */
  readonly schedule: (callback: () => void, ms: number) => () => void;
  /** Lets `ms` pass: what is scheduled happens in order, and what follows from it before the next. */
  pass(ms: number): Promise<void>;
}

export function createVirtualTime(startAt: number): VirtualTime {
  let now = startAt;
  let count = 0;
  const waiting = new Map<number, { readonly at: number; readonly callback: () => void }>();
  // Promises and immediates that follow from a callback are through after a turn of the event loop or two.
  const settled = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => now,
    schedule(callback, ms) {
      const key = count;
      count += 1;
      waiting.set(key, { at: now + Math.max(0, ms), callback });
      return () => waiting.delete(key);
    },
    async pass(ms) {
      const end = now + ms;
      await settled();
      for (;;) {
        const due = [...waiting].filter(([, { at }]) => at <= end);
        const next = due.sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
        if (!next) break;
        const [key, { at, callback }] = next;
        waiting.delete(key);
        now = Math.max(now, at);
        callback();
        await settled();
      }
      now = end;
    },
  };
}
