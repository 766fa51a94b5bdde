import type { Finding } from '../../../domain/plan.js';
import type { HubAccount, HubClient } from '../../hub/ports.js';
import { HubTrouble } from '../../hub/hub-trouble.js';
import { isTokenForm } from '../../hub/token-form.js';
import { blocker } from '../findings.js';

/** Whose token it is, or why that cannot be known: nothing more is asked of the Hub then. */
export type TokenCheck =
  | { readonly ok: true; readonly account: HubAccount }
  | { readonly ok: false; readonly findings: readonly Finding[] };

function howToMake({ endpoint }: Pick<HubClient, 'endpoint'>): string {
  return `Make one with write permission at ${endpoint}/settings/tokens and set HF_TOKEN.`;
}

/** Whether there is a token that the Hub knows. */
export async function checkToken(hub: HubClient, token: string | undefined): Promise<TokenCheck> {
  if (token === undefined) {
    return refused(blocker('token-missing', 'No token of the Hub is set.', howToMake(hub)));
  }
  if (!isTokenForm(token)) {
    const message = 'What HF_TOKEN holds is no token of the Hub: one is hf_ and letters and digits.';
    return refused(blocker('token-malformed', message, howToMake(hub)));
  }
  try {
    return { ok: true, account: await hub.readAccount() };
  } catch (error) {
    if (!(error instanceof HubTrouble)) throw error;
    return refused(troubleFinding(error, hub));
  }
}

function refused(finding: Finding): TokenCheck {
  return { ok: false, findings: [finding] };
}

/** Trouble with the Hub as a finding: while it lasts nothing can be uploaded. */
export function troubleFinding(trouble: HubTrouble, hub: Pick<HubClient, 'endpoint'>): Finding {
  const { kind, message, retryAfterMs } = trouble;
  switch (kind) {
    case 'unknown-token':
      return blocker(
        'token-refused',
        'The Hub does not accept the token: it was revoked, has expired or is mistyped.',
        howToMake(hub),
      );
    case 'unreachable': {
      const remedy = `Check the network of this machine and HF_ENDPOINT (${hub.endpoint}), then ask again.`;
      return blocker('hub-unreachable', message, remedy);
    }
    case 'too-many': {
      const when = retryAfterMs === undefined ? 'in some minutes' : `in ${Math.ceil(retryAfterMs / 1000)} s`;
      return blocker('hub-too-many', message, `The Hub asks to slow down: ask again ${when}.`);
    }
    case 'failing':
      return blocker(
        'hub-failing',
        message,
        'Ask again in some minutes; status.huggingface.co tells of outages.',
      );
    default:
      return blocker(
        'hub-refuses',
        message,
        'Choose another repository, or set the token of somebody who may.',
      );
  }
}
