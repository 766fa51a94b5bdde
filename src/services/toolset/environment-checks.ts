import { findInterpreter, type FoundInterpreter, type InterpreterSearch } from './find-interpreter.js';
import type { EnvironmentKind } from './manifest/schema.js';
import { checkPython, type EnvironmentState } from './probes/python-check.js';

/** Interpreter and what it says of this machine. `environment` is absent when there is no interpreter. */
export interface EnvironmentReport {
  readonly interpreter: FoundInterpreter;
  readonly environment?: EnvironmentState;
}

/** Checks of what a platform needs, kept for a while; asked twice at once, it checks once. */
export interface EnvironmentChecks {
  findInterpreter(): Promise<FoundInterpreter>;
  check(kind: EnvironmentKind): Promise<EnvironmentReport>;
}

/** How long an answer is kept. A bad one is kept shorter: somebody is about to mend it. */
const keptMs = 10 * 60_000;
const badKeptMs = 30_000;

export interface EnvironmentOptions {
  readonly search: InterpreterSearch;
  /** The environment of the checks: without secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds from any fixed point. */
  readonly now?: () => number;
  readonly limitMs?: number;
}

export function createEnvironmentChecks({
  search,
  env,
  now,
  limitMs,
}: EnvironmentOptions): EnvironmentChecks {
  const clock = now ?? (() => performance.now());
  const kept = new Map<string, { until: number; state: Promise<EnvironmentState> }>();

  function ask(python: string, kind: EnvironmentKind): Promise<EnvironmentState> {
    const key = `${kind}\0${python}`;
    const known = kept.get(key);
    if (known && clock() < known.until) return known.state;
    const state = checkPython(python, kind, env, limitMs);
    // Until it has answered, everybody waits for the same answer.
    const entry = { until: Number.POSITIVE_INFINITY, state };
    kept.set(key, entry);
    void state.then((answer) => {
      entry.until = clock() + (answer.state === 'ready' ? keptMs : badKeptMs);
    });
    return state;
  }

  return {
    findInterpreter: () => findInterpreter(search),
    async check(kind) {
      const interpreter = await findInterpreter(search);
      if (!interpreter.found) return { interpreter };
      return { interpreter, environment: await ask(interpreter.path, kind) };
    },
  };
}
