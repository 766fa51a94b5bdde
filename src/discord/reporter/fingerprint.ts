import { createHash } from 'node:crypto';
import type { Payload } from '../payload.js';

/** Tells a message from another: the same again is not sent. */
export function fingerprintOf({ body, files }: Payload): string {
  const hash = createHash('sha1').update(JSON.stringify(body));
  for (const { data } of files) hash.update(data);
  return hash.digest('base64');
}
