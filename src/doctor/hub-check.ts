import { z } from 'zod';
import type { Settings } from '../config/settings.js';
import { fault, ok, warning, type CheckResult } from './check.js';

const whoamiSchema = z.object({
  name: z.string(),
  auth: z.object({ accessToken: z.object({ role: z.string() }).optional() }).optional(),
});

/** Hugging Face: `GET /api/whoami-v2` tells whose token it is and what it may do. */
export async function checkHub({ secrets }: Settings): Promise<CheckResult> {
  const name = 'Hugging Face token';
  const endpoint = secrets.hfEndpoint ?? 'https://huggingface.co';
  const where = 'https://huggingface.co/settings/tokens';
  if (secrets.hfToken === undefined) {
    return warning(
      name,
      'None set: uploads and gated models will not work.',
      `Make one at ${where}, set HF_TOKEN.`,
    );
  }
  try {
    const response = await fetch(new URL('/api/whoami-v2', endpoint), {
      headers: { authorization: `Bearer ${secrets.hfToken}` },
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status === 401)
      return fault(name, 'The Hub does not accept it.', `Make a new one at ${where}.`);
    if (!response.ok) return warning(name, `The Hub answered ${response.status}.`, 'Try again later.');
    const who = whoamiSchema.parse(await response.json());
    const role = who.auth?.accessToken?.role ?? 'unknown';
    if (role === 'read') {
      return warning(
        name,
        `${who.name}’s token may only read: uploads will not work.`,
        `Make one with write permission at ${where}.`,
      );
    }
    return ok(name, `${who.name}, role ${role}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return warning(name, `${endpoint} cannot be reached: ${message}`, 'Check the network of this machine.');
  }
}
