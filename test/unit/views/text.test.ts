import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  codeBlock,
  columnsOf,
  fitColumns,
  outputBlock,
  padEnd,
  wrapColumns,
} from '../../../src/views/columns.js';
import { cleanLine, code, graphemes, plain, sentences, truncate } from '../../../src/views/text.js';
import { checkMessage, textColumns } from '../../helpers/discord-limits.js';

/** Any text, with what is dangerous in Discord's markdown made likely. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '```',
        '`',
        '**',
        '||',
        '<@1>',
        '<@&1>',
        '@everyone',
        '@here',
        '](http://x)',
        '[',
        '\\',
        '\n',
      ),
      fc.constantFrom(
        '\u202e',
        '\u2066',
        '\u200b',
        '\u001b[31m',
        '\ud83e',
        'שלום',
        '🦥',
        '👨‍👩‍👧‍👦',
        '漢字',
        'e\u0301',
        '# ',
        '- ',
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('foreign text', () => {
  test('leaves nothing that formats, mentions, links or reorders', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const words = plain(text, 300);
        expect(checkMessage({ content: `x ${words}` })).toEqual([]);
        // Every character that formats stands behind a backslash.
        expect(words.replace(/\\[^A-Za-z0-9\s]/g, '')).not.toMatch(/[*_~`|<>[\]\\]/);
      }),
    );
  });

  test('as inline code cannot close it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = code(text, 300);
        expect(shown.slice(1, -1)).not.toMatch(/[`\n]/);
        expect(shown.length).toBeLessThanOrEqual(304);
        expect(checkMessage({ content: shown })).toEqual([]);
      }),
    );
  });

  test('in a code block cannot close it, nor be wider than a phone', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 15 }), (rows) => {
        const faults = checkMessage({ content: `${codeBlock(rows)}.` });
        expect(
          faults.filter((fault) => !fault.includes('empty code block') && !fault.includes('content:')),
        ).toEqual([]);
        const block = outputBlock(rows, 1500);
        expect(block.length).toBeLessThanOrEqual(1512);
        expect(block.slice(3, -3)).not.toContain('`');
        for (const line of block.split('\n')) expect(textColumns(line)).toBeLessThanOrEqual(34);
      }),
    );
  });

  test('has a ruler of a terminal on one line, and words that repeat a sign whole', () => {
    expect(outputBlock(['='.repeat(70)]).split('\n')).toHaveLength(3);
    const words = `${'='.repeat(30)} step 5 ${'='.repeat(30)}`;
    expect(outputBlock([words]).replaceAll(/[^=]/g, '')).toHaveLength(60);
  });

  test('is nowhere wider than it was counted, not even in characters that are not assigned yet', () => {
    const narrow = Array.from({ length: 0xffff - 0xe000 }, (_, offset) =>
      String.fromCodePoint(0xe000 + offset),
    ).filter((character) => textColumns(character) > columnsOf(character));
    expect(narrow).toEqual([]);
  });

  test('is shortened to what was allowed, escapes included, between visible characters', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 2, max: 60 }), (text, max) => {
        expect(truncate(text, max).length).toBeLessThanOrEqual(max);
        // Isolates (2) and a few marks that are only special at the start or in links come on top.
        expect(plain(text, max).length).toBeLessThanOrEqual(max + 4 + (text.match(/:\/\/|@/g)?.length ?? 0));
      }),
    );
    expect(truncate('ab👨‍👩‍👧‍👦cd', 6)).toBe('ab…');
    expect(truncate('abc', 3)).toBe('abc');
  });

  test.each([
    ['a\tb\r\nc', 'a b c'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\t[INFO] ready', '[INFO] ready'],
    ['abc\u202etxt.exe', 'abctxt.exe'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['half \ud83e', 'half \ufffd'],
    ['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
  ])('%j is cleaned to %j', (text, cleaned) => {
    expect(cleanLine(text)).toBe(cleaned);
  });

  test('piled-up accents are cut, the letter stays', () => {
    expect(graphemes(`e${'\u0301'.repeat(500)}x`)).toEqual([`e${'\u0301'.repeat(23)}`, 'x']);
  });

  test.each([
    ['# head', String.raw`\# head`],
    ['1. one', String.raw`1\. one`],
    ['- item', String.raw`\- item`],
    ['snake_case*', String.raw`snake\_case\*`],
    ['https://x.example', String.raw`https\://x.example`],
    ['<@123>', String.raw`\<@123\>`],
    ['@everyone', '@\u200beveryone'],
    ['שלום', '\u2068שלום\u2069'],
  ])('%j as plain words is %j', (text, words) => {
    expect(plain(text)).toBe(words);
  });

  test('of our own services may name a person, and nobody else', () => {
    expect(sentences('It belongs to <@42>, not *to* <@&7>.')).toBe(
      String.raw`It belongs to <@42>, not \*to\* \<@&7\>.`,
    );
    expect(sentences('one\ntwo')).toBe('one\ntwo');
  });
});

describe('columns', () => {
  test('emoji and East Asian characters take two, accents none', () => {
    expect(columnsOf('abc')).toBe(3);
    expect(columnsOf('漢字')).toBe(4);
    // Compatibility ideographs, those not yet assigned too.
    expect(columnsOf('\u{fa6e}\u{f900}')).toBe(4);
    expect(columnsOf('🦥')).toBe(2);
    expect(columnsOf('👨‍👩‍👧‍👦')).toBe(2);
    expect(columnsOf('e\u0301')).toBe(1);
    expect(columnsOf('▲▼▬')).toBe(3);
  });

  test('padding and fitting count columns', () => {
    expect(padEnd('漢', 4)).toBe('漢  ');
    expect(fitColumns('abcdef', 4)).toBe('abc…');
    expect(fitColumns('漢字漢', 4)).toBe('漢…');
    expect(fitColumns('abcd', 4)).toBe('abcd');
  });

  test('wrapping breaks at a space where one is near, and loses nothing', () => {
    expect(wrapColumns('one two three', 8)).toEqual(['one two', '  three']);
    expect(wrapColumns('abcdefghij', 4, ' ')).toEqual(['abcd', ' efg', ' hij']);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const line = cleanLine(text);
        expect(wrapColumns(line, 34).join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
      }),
    );
  });

  test('the oldest output is left out first, and that is shown', () => {
    const block = outputBlock(['first', 'second', 'third'], 14);
    expect(block).toBe('```\n…\nsecond\nthird\n```');
  });
});
