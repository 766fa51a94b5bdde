/**
 * Matches one name (no folders) against a pattern where `*` stands for any characters; everything else is literal.
 * `star` is what `*` becomes, e.g. `(\\d+)` to read a step's number out of a name.
 */
export function globPattern(pattern: string, star = '.*'): RegExp {
  const literal = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
  return new RegExp(`^${literal.join(star)}$`);
}
