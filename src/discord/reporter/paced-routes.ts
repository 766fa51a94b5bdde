/** Routes on which the reporter keeps its own pace: messages of channels. */
const pacedRoutes: ReadonlySet<string> = new Set([
  'POST /channels/:id/messages',
  'PATCH /channels/:id/messages/:id',
]);

/**
 * Whether discord.js is to reject instead of holding a request back: what it would send later would be outdated. `route`
 * is its bucket route, ids as `:id`.
 */
export function isPacedRoute({
  method,
  route,
}: {
  readonly method: string;
  readonly route: string;
}): boolean {
  return pacedRoutes.has(`${method.toUpperCase()} ${route}`);
}
