/** A clause for people about a file or folder that could not be read. */
export function readProblem(error: unknown, name: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return `${name} is not there`;
  if (code === 'EACCES' || code === 'EPERM') return `${name} may not be read by this user`;
  if (code === 'EISDIR') return `${name} is a folder`;
  if (code === 'ELOOP') return `${name} is a link that leads to itself`;
  return `${name} cannot be read (${String(code ?? error)})`;
}

/** Not there, a link into nothing, or no folder. */
export function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}
