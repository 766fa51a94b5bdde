/** The user id that owns nothing (Linux: nobody). */
const nobody = 65_534;

/**
 * Runs synchronous work as a user whom permissions bind: root reads everything. Someone else than root is bound already, and
 * runs it as it is.
 */
export function asOtherUser<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(nobody);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}
