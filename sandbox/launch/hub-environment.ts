import { botToken, hubTokens } from '../hub/seed.js';
import type { RunningHub } from '../hub/server.js';

/** The variables that lead the bot and the toolset's programs to the stand-in Hub. */
export function hubEnvironment({ url }: RunningHub): Readonly<Record<string, string>> {
  // HF_API_KEY too: a real token of whoever tries this must not reach anything.
  return {
    HF_ENDPOINT: url,
    HF_TOKEN: botToken,
    HF_API_KEY: botToken,
    HF_USERNAME: hubTokens.write.user.name,
  };
}
