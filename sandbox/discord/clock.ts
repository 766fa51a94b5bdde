/** Time as the sandbox tells it: the machine's, moved by what somebody added. Epoch ms. */
export interface SandboxClock {
  now(): number;
  /** Moves the time forward; messages and tokens grow older by that much at once. */
  advance(ms: number): void;
}

/** A clock that runs with the machine's, or with another. */
export function createClock(real: () => number = Date.now): SandboxClock {
  let offsetMs = 0;
  return {
    now: () => real() + offsetMs,
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0) throw new RangeError('The clock moves forward alone.');
      offsetMs += ms;
    },
  };
}
