import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageBody } from '../../src/views/message.js';
import { chartFor } from './gallery-charts.js';

/** Set by scripts/pictures/messages.mjs, which draws each message of the golden tests in the sandbox's page. */
const folder = process.env['TUNER_BOT_GALLERY'];

/** Writes the message where the script waits for it; otherwise does nothing. */
export function keepForGallery(name: string, message: MessageBody): void {
  if (folder === undefined) return;
  const files = (message.files ?? []).map(({ name: filename, description, data }) => ({
    name: filename,
    description,
    data: data.length < 100_000 ? data.toString('base64') : '',
    chart: chartFor(filename, name),
  }));
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...message, files }));
}
