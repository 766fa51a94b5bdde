import { expect } from 'vitest';
import type { MessageBody } from '../../../src/views/message.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { keepForGallery } from '../../helpers/gallery.js';
import { renderMessage } from '../../helpers/render-message.js';

/** Holds a message against Discord's limits and against its text in `test/fixtures/golden`, where people review it. */
export async function expectGolden(name: string, message: MessageBody): Promise<void> {
  keepForGallery(name, message);
  expect(checkMessage(message)).toEqual([]);
  await expectGoldenText(name, renderMessage(message));
}

export async function expectGoldenText(name: string, text: string): Promise<void> {
  await expect(text).toMatchFileSnapshot(`../../fixtures/golden/${name}.txt`);
}
