import { z } from 'zod';
import type { HubClient } from '../hub/ports.js';
import { isMapping, parseYaml } from '../toolset/yaml.js';

/** The licence fields of a card: https://huggingface.co/docs/hub/model-cards#specifying-a-license */
export interface Licence {
  readonly license?: string;
  readonly license_name?: string;
  readonly license_link?: string;
}

const field = z.string().min(1).max(200).optional().catch(undefined);
const licenceSchema = z.object({
  license: z.string().regex(/^[\w.-]+$/),
  license_name: field,
  license_link: field,
});

/** For a preview: longer nobody waits for a licence. */
const limitMs = 5_000;

/** The licence that the card of a model on the Hub states; nothing where it states none or cannot be read. Never rejects. */
export async function readLicence(hub: Pick<HubClient, 'readText'>, repoId: string): Promise<Licence> {
  const card = await hub
    .readText(repoId, 'README.md', 'main', AbortSignal.timeout(limitMs))
    .catch(() => undefined);
  const block = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card ?? '')?.[1];
  const yaml = block === undefined ? undefined : parseYaml(block);
  if (yaml?.ok !== true || !isMapping(yaml.value)) return {};
  const { success, data } = licenceSchema.safeParse(yaml.value);
  if (!success) return {};
  const { license, license_name, license_link } = data;
  return {
    license,
    ...(license_name !== undefined && { license_name }),
    ...(license_link !== undefined && { license_link }),
  };
}
