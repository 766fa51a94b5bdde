import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/user-error.js';
import { parseRepo } from '../../src/services/uploads/parse-repo.js';

function refusal(typed: string, username?: string): string {
  try {
    return `taken: ${parseRepo(typed, username)}`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message} ${error.remedy}`;
  }
}

describe('the id of a repository', () => {
  test.each([
    ['tess/one', 'tess/one'],
    [' tess/one ', 'tess/one'],
    ['tess/_a.b-c_', 'tess/_a.b-c_'],
    [`tess/${'x'.repeat(96)}`, `tess/${'x'.repeat(96)}`],
    ['tess/x', 'tess/x'],
    ['https://huggingface.co/tess/one/', 'tess/one'],
  ])('%s is taken', (typed, id) => {
    expect(refusal(typed)).toBe(`taken: ${id}`);
  });

  test.each(['', 'tess/', 'https://huggingface.co/'])('is no token, which is not repeated (%s)', (before) => {
    const token = `hf_${'aB3'.repeat(11)}x`;
    expect(refusal(`${before}${token}`, 'tess')).toMatch(/^That is a token of the Hub/);
    expect(refusal(`${token}/one`)).not.toContain(token);
  });

  test('may be a name alone where the owner is known', () => {
    expect(refusal('one', 'tess')).toBe('taken: tess/one');
    expect(refusal('one')).toBe(
      '"one" says no owner, and HF_USERNAME is not set. Write OWNER/one, or set HF_USERNAME.',
    );
  });

  const rule = "The Hub's rule: ";
  test.each([
    ['', 'The repository has no name. Write OWNER/NAME.'],
    ['a/b/c', '"a/b/c" has 3 parts; a repository has an owner and a name. Write OWNER/NAME.'],
    ['tess//one', '"tess//one" has 3 parts; a repository has an owner and a name. Write OWNER/NAME.'],
    ['/one', `The repository's owner is empty. ${rule}it has 1 to 96 characters.`],
    [
      `tess/${'x'.repeat(97)}`,
      `The repository's name "${'x'.repeat(59)}…" has 97 characters. ${rule}it has 1 to 96 characters.`,
    ],
    [
      'tess/a b',
      `The repository's name "a b" has white space in it. ${rule}only letters without accents, digits, ".", "_" and "-".`,
    ],
    [
      'tess/grüße',
      `The repository's name "grüße" has the character ü in it. ${rule}only letters without accents, digits, ".", "_" and "-".`,
    ],
    [
      'tess/a😀',
      `The repository's name "a😀" has the character 😀 in it. ${rule}only letters without accents, digits, ".", "_" and "-".`,
    ],
    ['tess/a--b', `The repository's name "a--b" has "--" in it. ${rule}no "--" and no ".." in it.`],
    ['tess/a..b', `The repository's name "a..b" has ".." in it. ${rule}no "--" and no ".." in it.`],
    [
      'tess/-a',
      `The repository's name "-a" begins with "-". ${rule}it begins and ends with a letter, a digit or "_".`,
    ],
    [
      'tess/.a',
      `The repository's name ".a" begins with ".". ${rule}it begins and ends with a letter, a digit or "_".`,
    ],
    [
      'tess/a-',
      `The repository's name "a-" ends with "-". ${rule}it begins and ends with a letter, a digit or "_".`,
    ],
    [
      'tess/a.',
      `The repository's name "a." ends with ".". ${rule}it begins and ends with a letter, a digit or "_".`,
    ],
    ['tess/a.git', `The repository's name "a.git" ends with ".git". ${rule}it does not end with ".git".`],
    [
      '-tess/a',
      `The repository's owner "-tess" begins with "-". ${rule}it begins and ends with a letter, a digit or "_".`,
    ],
    [
      'te ss/a',
      `The repository's owner "te ss" has white space in it. ${rule}only letters without accents, digits, ".", "_" and "-".`,
    ],
  ])('%s is refused with the rule that it breaks', (typed, words) => {
    expect(refusal(typed)).toBe(words);
  });

  test('of any other text is refused, or is what can stand in a command and an address as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        const said = refusal(typed, 'tess');
        if (said.startsWith('taken: ')) expect(said.slice(7)).toMatch(/^\w[\w.-]*\/\w[\w.-]*$/);
      }),
    );
  });
});
