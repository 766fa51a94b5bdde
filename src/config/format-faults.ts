import type { Fault } from '../domain/fault.js';

/** Exit code for settings that cannot be used (EX_CONFIG of sysexits.h). */
export const configExitCode = 78;

/** All faults as text for a terminal: what is wrong, by key, and below it how to mend it. */
export function formatFaults(faults: readonly Fault[]): string {
  const head = faults.length === 1 ? '1 fault in the settings:' : `${faults.length} faults in the settings:`;
  return [head, ...faults.map(({ key, message, remedy }) => `- ${key}: ${message}\n    ${remedy}.`)].join(
    '\n',
  );
}
