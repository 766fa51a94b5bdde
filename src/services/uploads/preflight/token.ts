import type { Finding } from '../../../domain/plan.js';
import type { HubAccount, HubClient } from '../../hub/ports.js';
import { HubTrouble } from '../../hub/hub-trouble.js';
import { isTokenForm } from '../../hub/token-form.js';
import { blocker } from '../findings.js';

/** Whose token it is, or why that cannot be known: nothing more is asked of the Hub then. */
export type TokenCheck =
  | { readonly ok: true; readonly account: HubAccount }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Whether there is a token that the Hub knows. */
export async function checkToken(hub: HubClient, token: string | undefined): Promise<TokenCheck> {
  const make = `Make one with write permission at ${hub.endpoint}/settings/tokens and set HF_TOKEN.`;
  if (token === undefined) {
    return refused(blocker('token-missing', 'No token of the Hub is set.', make));
  }
  if (!isTokenForm(token)) {
    const message = 'What HF_TOKEN holds is no token of the Hub: one is hf_ and letters and digits.';
    return refused(blocker('token-malformed', message, make));
  }
  try {
    return { ok: true, account: await hub.readAccount() };
  } catch (error) {
    if (!(error instanceof HubTrouble)) throw error;
    if (error.kind === 'unknown-token') {
      const message = 'The Hub does not accept the token: it was revoked, has expired or is mistyped.';
      return refused(blocker('token-refused', message, make));
    }
    return refused(troubleFinding(error, hub));
  }
}

/** Trouble with the Hub as a finding: while it lasts nothing can be uploaded. */
export function troubleFinding(trouble: HubTrouble, { endpoint }: Pick<HubClient, 'endpoint'>): Finding {
  if (trouble.kind === 'unreachable') {
    const remedy = `Check the network of this machine and HF_ENDPOINT (${endpoint}), then ask again.`;
    return blocker('hub-unreachable', trouble.message, remedy);
  }
  if (trouble.kind === 'too-many') {
    const wait = trouble.retryAfterMs;
    const when = wait === undefined ? 'in some minutes' : `in ${Math.ceil(wait / 1000)} s`;
    return blocker('hub-too-many', 'The Hub asks to slow down (429).', `Ask again ${when}.`);
  }
  const remedy = 'Ask again in some minutes; https://status.huggingface.co tells of outages.';
  return blocker(trouble.passes ? 'hub-failing' : 'hub-refuses', trouble.message, remedy);
}

function refused(finding: Finding): TokenCheck {
  return { ok: false, findings: [finding] };
}
