import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import type { Fault } from '../domain/fault.js';
import type { Secrets } from './settings.js';

/** Variables by name; one that is set to nothing counts as not set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Never handed on with the rest of the environment. */
const secretNames = new Set([
  'DISCORD_TOKEN',
  'HF_TOKEN',
  'HF_API_KEY',
  'HUGGING_FACE_HUB_TOKEN',
  'WANDB_API_KEY',
]);

/** Reads a `.env` file; one that does not exist is empty, one that may not be read is a fault. */
export function readDotenv(path: string, faults: Fault[]): Variables {
  try {
    return withoutEmpty(parse(readFileSync(path)));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      const message = `cannot be read (${String(code ?? error)})`;
      faults.push({ key: path, message, remedy: 'Let the user that runs the bot read it, or remove it' });
    }
    return {};
  }
}

/**
 * What the toolset's programs get. `sources`: the process environment, then the bot's `.env`, then the toolset's; the
 * first that says something holds. The token is looked up source by source, so that a HF_API_KEY of the process stands over
 * a HF_TOKEN of a file.
 */
export function readSecrets(sources: readonly Variables[], faults: Fault[]): Secrets {
  const first = (name: string): string | undefined =>
    sources.map((source) => source[name]).find((value) => value !== undefined);
  const hfToken = sources
    .map((source) => source['HF_TOKEN'] ?? source['HF_API_KEY'])
    .find((token) => token !== undefined);
  const hfUsername = first('HF_USERNAME');
  const hfEndpoint = first('HF_ENDPOINT');
  const wandbApiKey = first('WANDB_API_KEY');
  if (hfEndpoint !== undefined) checkUrl('HF_ENDPOINT', hfEndpoint, 'https://huggingface.co', faults);
  return {
    ...(hfToken !== undefined && { hfToken }),
    ...(hfUsername !== undefined && { hfUsername }),
    ...(hfEndpoint !== undefined && { hfEndpoint: hfEndpoint.replace(/\/+$/, '') }),
    ...(wandbApiKey !== undefined && { wandbApiKey }),
  };
}

/** The environment without secrets: what probes and children may see. */
export function publicEnvironment(env: Variables): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !secretNames.has(entry[0]),
    ),
  );
}

/** Adds a fault unless the text is an address over HTTP. */
export function checkUrl(key: string, text: string, example: string, faults: Fault[]): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return;
  faults.push({ key, message: `\`${text}\` is no http(s) address`, remedy: `Write it like ${example}` });
}

/** Drops what is set to nothing. */
export function withoutEmpty(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
}
