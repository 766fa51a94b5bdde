import { UserError } from '../../domain/user-error.js';

/** Characters of what was typed that an answer repeats. */
const maxRepeated = 60;
/** https://github.com/huggingface/huggingface_hub, `validate_repo_id`. */
const maxNameLength = 96;
/** As the Hub makes tokens: `hf_` and 34 letters and digits. Nobody names a model so. */
const token = /^hf_[A-Za-z0-9]{30,}$/;

/**
 * `namespace/name` from what was typed: that, a name alone where `username` is known, or an address of the Hub. Throws
 * UserError naming the rule that is broken.
 */
export function parseRepo(typed: string, username: string | undefined): string {
  const text = typed
    .trim()
    .replace(/^https?:\/\/[^/]+\//, '')
    .replace(/\/$/, '');
  if (text.split('/').some((part) => token.test(part))) {
    // Not repeated: what was typed would be kept with the question.
    throw new UserError('That is a token of the Hub, not the name of a repository.', example(username));
  }
  if (text === '') throw new UserError('The repository has no name.', example(username));
  const parts = text.split('/');
  if (parts.length > 2) {
    throw new UserError(
      `"${shown(text)}" has ${parts.length} parts; a repository has an owner and a name.`,
      'Write OWNER/NAME.',
    );
  }
  const [namespace = '', name = ''] = parts.length === 1 ? [username, text] : parts;
  if (parts.length === 1 && username === undefined) {
    throw new UserError(
      `"${shown(text)}" says no owner, and HF_USERNAME is not set.`,
      `Write OWNER/${shown(text)}, or set HF_USERNAME.`,
    );
  }
  requireLegal('owner', namespace);
  requireLegal('name', name);
  return `${namespace}/${name}`;
}

function example(username: string | undefined): string {
  return username === undefined ? 'Write OWNER/NAME.' : `Write NAME for ${username}/NAME, or OWNER/NAME.`;
}

/** The Hub's rule for one part; the first thing that breaks it is named. */
function requireLegal(what: 'owner' | 'name', part: string): void {
  const broken = brokenRule(part);
  if (!broken) return;
  const of = part === '' ? `The repository's ${what}` : `The repository's ${what} "${shown(part)}"`;
  throw new UserError(`${of} ${broken.is}.`, `The Hub's rule: ${broken.rule}.`);
}

function brokenRule(part: string): { readonly is: string; readonly rule: string } | undefined {
  const length = `it has 1 to ${maxNameLength} characters`;
  if (part === '') return { is: 'is empty', rule: length };
  if (part.length > maxNameLength) return { is: `has ${part.length} characters`, rule: length };
  const other = /[^A-Za-z0-9._-]/u.exec(part)?.[0];
  if (other !== undefined) {
    const named = /\s/.test(other) ? 'white space' : `the character ${other}`;
    return { is: `has ${named} in it`, rule: 'only letters without accents, digits, ".", "_" and "-"' };
  }
  for (const pair of ['--', '..']) {
    if (part.includes(pair)) return { is: `has "${pair}" in it`, rule: `no "--" and no ".." in it` };
  }
  const edge = 'it begins and ends with a letter, a digit or "_"';
  if (!/^\w/.test(part)) return { is: `begins with "${part.charAt(0)}"`, rule: edge };
  if (!/\w$/.test(part)) return { is: `ends with "${part.at(-1) ?? ''}"`, rule: edge };
  if (part.endsWith('.git')) return { is: 'ends with ".git"', rule: 'it does not end with ".git"' };
  return undefined;
}

function shown(text: string): string {
  return text.length <= maxRepeated ? text : `${text.slice(0, maxRepeated - 1)}…`;
}
