import type { Finding } from '../../domain/plan.js';
import type { ExistingRepo } from '../../domain/upload-plan.js';
import { HubTrouble } from '../hub/hub-trouble.js';
import type { HubRepo } from '../hub/ports.js';
import type { UploadParts } from './parts.js';
import { checkExisting, checkOtherKind, existingRepo } from './preflight/repository.js';
import { checkRights, isSameName } from './preflight/rights.js';
import { troubleFinding, type TokenCheck } from './preflight/token.js';
import { checkUnderWay } from './preflight/under-way.js';

/** A repository that is to be written to, as the Hub has it. */
export interface Target {
  /** As the Hub spells it, as far as it is known there. */
  readonly repoId: string;
  /** Absent: it is made, or nothing could be asked. */
  readonly repo?: HubRepo;
  readonly overwrites?: ExistingRepo;
  readonly findings: readonly Finding[];
}

/** Asks the Hub about the repository. What stands in the way is a finding; without a known token nothing is asked. */
export async function checkTarget(
  { hub, jobs }: Pick<UploadParts, 'hub' | 'jobs'>,
  token: TokenCheck,
  wanted: { readonly repoId: string; readonly private: boolean },
): Promise<Target> {
  const underWay = checkUnderWay(wanted.repoId, jobs.listActive());
  if (!token.ok) return { repoId: wanted.repoId, findings: [...token.findings, ...underWay] };
  const { account } = token;
  try {
    const repo = await hub.findRepo(wanted.repoId);
    const rights = checkRights(account, wanted.repoId, repo !== undefined, hub);
    if (repo) {
      const overwrites = existingRepo(repo);
      const findings = [...rights, ...checkExisting(repo, wanted, hub), ...underWay];
      return { repoId: repo.repoId, repo, ...(overwrites && { overwrites }), findings };
    }
    const other = checkOtherKind(wanted.repoId, await hub.findOtherKind(wanted.repoId));
    const [owner = '', name = ''] = wanted.repoId.split('/');
    const spelled = account.namespaces.find((each) => isSameName(each.name, owner))?.name ?? owner;
    return { repoId: `${spelled}/${name}`, findings: [...rights, ...other, ...underWay] };
  } catch (error) {
    if (!(error instanceof HubTrouble)) throw error;
    return { repoId: wanted.repoId, findings: [troubleFinding(error, hub), ...underWay] };
  }
}
