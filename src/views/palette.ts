/** Colours of the stripe beside an embed. Never the only sign: each state has its word and its symbol too. */
export const palette = {
  waiting: 0x95a5a6,
  running: 0x3498db,
  warned: 0xf0b232,
  failed: 0xed4245,
  done: 0x2ecc71,
  stopped: 0x607d8b,
  lost: 0x9b59b6,
} as const;
