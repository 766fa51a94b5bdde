/** What one check found. `message`: what is the case; `remedy`: how to mend it, absent when nothing is wrong. */
export interface CheckResult {
  readonly level: 'ok' | 'warning' | 'fault';
  readonly name: string;
  readonly message: string;
  readonly remedy?: string;
}

export function ok(name: string, message: string): CheckResult {
  return { level: 'ok', name, message };
}

export function warning(name: string, message: string, remedy: string): CheckResult {
  return { level: 'warning', name, message, remedy };
}

export function fault(name: string, message: string, remedy: string): CheckResult {
  return { level: 'fault', name, message, remedy };
}

const symbols = { ok: '✓', warning: '!', fault: '✗' } as const;

/** The results as text for a terminal: a line each, below it the remedy. */
export function formatResults(results: readonly CheckResult[]): string {
  return results
    .map(({ level, name, message, remedy }) => {
      const line = `${symbols[level]} ${name}: ${message}`;
      return remedy === undefined ? line : `${line}\n    → ${remedy}`;
    })
    .join('\n');
}
