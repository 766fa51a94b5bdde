import type { Finding } from '../../../domain/plan.js';
import type { ExistingRepo } from '../../../domain/upload-plan.js';
import type { HubClient, HubRepo } from '../../hub/ports.js';
import { blocker, warning } from '../findings.js';

/** Names that every repository begins with. */
const initialFiles = ['.gitattributes'];

/** What is overwritten in a repository; undefined: it holds nothing yet. */
export function existingRepo(repo: HubRepo): ExistingRepo | undefined {
  const files = repo.files.filter((path) => !initialFiles.includes(path)).length;
  if (files === 0) return undefined;
  const { commit, lastModifiedMs } = repo;
  return { owner: repo.repoId.split('/')[0] ?? '', private: repo.private, lastModifiedMs, commit, files };
}

/** What it means that the repository is there: its files are overwritten, and it keeps its visibility. */
export function checkExisting(
  repo: HubRepo,
  wanted: { readonly private: boolean },
  { endpoint }: Pick<HubClient, 'endpoint'>,
): readonly Finding[] {
  const { repoId } = repo;
  const settings = `${endpoint}/${repoId}/settings`;
  const findings: Finding[] = [];
  if (wanted.private && !repo.private) {
    const message = `${repoId} is public, and private was asked: the upload program does not change that.`;
    const remedy = `Make it private at ${settings}, choose another name, or ask for a public upload.`;
    findings.push(blocker('repo-public', message, remedy));
  }
  if (!wanted.private && repo.private) {
    const message = `${repoId} is private and stays so: the upload program does not change that.`;
    findings.push(warning('repo-private', message, `Make it public at ${settings} when it shall be.`));
  }
  const existing = existingRepo(repo);
  if (existing) {
    const day = new Date(existing.lastModifiedMs).toISOString().slice(0, 10);
    const held = `${existing.files} ${existing.files === 1 ? 'file' : 'files'}, last changed on ${day}`;
    const message = `${repoId} exists with ${held}: files of the same names are overwritten.`;
    findings.push(warning('repo-exists', message, 'Choose another name to keep it as it is.'));
  }
  return findings;
}

/** A repository of another kind has the name. */
export function checkOtherKind(repoId: string, kind: 'dataset' | 'space' | undefined): readonly Finding[] {
  if (!kind) return [];
  return [blocker(`repo-is-${kind}`, `${repoId} is a ${kind}, not a model.`, 'Choose another name.')];
}
