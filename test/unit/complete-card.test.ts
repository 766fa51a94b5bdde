import { load } from 'js-yaml';
import { expect, it, test } from 'vitest';
import { completeCard } from '../../src/services/upload-jobs/complete-card.js';

const model = `---
license: mit
base_model: a/base
library_name: peft
datasets:
  - a/data
tags:
  - kto
---
# Model
`;
const metadataOf = (text: string) => load(text.split('---\n')[1] ?? '');

it('leaves a card that lacks nothing as it is, to the byte', () => {
  expect(completeCard(model, model)).toBe(model);
  const own =
    '---\r\nlicense: [mit, other]\nbase_model: [a/b, c]\nlibrary_name: x\ndatasets: [d/e]\ntags: [t]\n---\nText';
  expect(completeCard(own, model)).toBe(own);
});

it('adds what is missing and keeps all else, its text too', () => {
  const right = completeCard(
    '---\nlanguage: no\ntags: [mine]\nlibrary_name: transformers\n---\n# Mine\n---\nmore\n',
    model,
  );
  expect(metadataOf(right)).toEqual({
    language: 'no',
    tags: ['mine'],
    library_name: 'transformers',
    license: 'mit',
    base_model: 'a/base',
    datasets: ['a/data'],
  });
  expect(right.endsWith('---\n# Mine\n---\nmore\n')).toBe(true);
  expect(completeCard(right, model)).toBe(right);
});

test.each([
  ['no block', '# Title\n'],
  ['YAML that is none', '---\na: [\n---\n# Title\n'],
  ['a list', '---\n- a\n---\n# Title\n'],
  [
    'values that the Hub refuses',
    '---\ntags: not a list\ndatasets: a/b c\nbase_model: { a: 1 }\nlicense: [1]\n---\n# Title\n',
  ],
])('puts right %s', (_what, text) => {
  const right = completeCard(text, model);
  expect(metadataOf(right)).toEqual(metadataOf(model));
  expect(right).toContain('# Title\n');
  expect(right.match(/^# Title$/gm)).toHaveLength(1);
});

it('takes out what the Hub refuses where nothing better is known', () => {
  const right = completeCard('---\ndatasets: a b\nlicense: mit\n---\n', '---\ntags: [x]\n---\n');
  expect(metadataOf(right)).toEqual({ license: 'mit', tags: ['x'] });
});

it('takes with a key what says more of it', () => {
  const better =
    '---\nlicense: other\nlicense_name: llama3\nbase_model: a/b\nbase_model_relation: adapter\n---\n';
  expect(metadataOf(completeCard('---\nlicense_name: mine\nbase_model: c/d\n---\n', better))).toEqual({
    license: 'other',
    license_name: 'llama3',
    base_model: 'c/d',
  });
});

it('changes nothing where nothing is known', () => {
  expect(completeCard('# Title\n', '# Other\n')).toBe('# Title\n');
});
