import { expect, test } from 'vitest';
import { rights } from '../../../src/domain/access.js';
import { UserError } from '../../../src/domain/user-error.js';
import {
  defectMessage,
  errorMessage,
  refusalMessage,
  wordMessage,
} from '../../../src/views/error-message.js';
import type { MessageBody } from '../../../src/views/message.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { expectGolden } from './golden.js';

test.each<readonly [string, MessageBody]>([
  ['error', errorMessage(new UserError('There is no dataset "x_y".', 'Choose one of the list.'))],
  ['error-bare', errorMessage(new UserError('Job 12 is over: it has failed.'))],
  ['error-names-a-person', errorMessage(new UserError('This plan belongs to <@42>.', 'Make your own.'))],
  ['error-defect', defectMessage('1420070400000000001')],
  ...rights.map((right) => [`refusal-${right}`, refusalMessage(right)] as const),
  ['word', wordMessage('Done.')],
])('%s', async (name, message) => {
  await expectGolden(name, message);
});

test('a defect shows nothing but its reference', () => {
  expect(defectMessage('r1').content).toContain('`r1`');
});

test('an error as long as it may be, all of it to be escaped, stays within the limits', () => {
  const message = errorMessage(new UserError('*'.repeat(5000), '@everyone `'.repeat(500)));
  expect(checkMessage(message)).toEqual([]);
});
