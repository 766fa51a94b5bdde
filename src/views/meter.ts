const cells = 10;

/** A share of something as a bar: `▰▰▰▱▱▱▱▱▱▱`. What is more than nothing fills a cell, what is not all leaves one. */
export function meter(share: number): string {
  const bounded = Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : 0;
  const most = bounded < 1 ? cells - 1 : cells;
  const filled = bounded === 0 ? 0 : Math.min(Math.max(Math.round(bounded * cells), 1), most);
  return '▰'.repeat(filled) + '▱'.repeat(cells - filled);
}
