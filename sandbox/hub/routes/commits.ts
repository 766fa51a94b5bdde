import { HubError, badRequest, revisionNotFound } from '../hub-error.js';
import { faultsOfCard } from '../model-card.js';
import { commitAt, fileOf, lfsFileOf, type HubFile } from '../repos.js';
import { receiveAll } from '../receive.js';
import { assertMayWrite } from '../tokens.js';
import {
  apiRepo,
  jsonOf,
  listOf,
  recordOf,
  repoOf,
  signedIn,
  textOf,
  type Call,
  type Parts,
  type Reply,
  type Route,
} from './route.js';

/** Beyond this the Hub takes no file as part of a commit. */
const regularBytes = 10 * 1024 * 1024;
const largeKinds = /\.(?:safetensors|gguf|bin|pt|npz|zip)$/;

/** What is to be sent how, and the commit itself. */
export function commitRoutes(parts: Parts): Route[] {
  return [
    {
      method: 'POST',
      path: new RegExp(`^${apiRepo}/preupload/(?<rev>.+)$`),
      async handle(call) {
        const repo = repoOf(parts, call);
        assertMayWrite(signedIn(call), repo.type, repo.namespace);
        const files = listOf((await jsonOf(call))['files']).map((file) => {
          const sample = Buffer.from(textOf(file['sample']), 'base64');
          const large =
            Number(file['size']) > regularBytes ||
            largeKinds.test(textOf(file['path'])) ||
            sample.includes(0);
          return { path: file['path'], uploadMode: large ? 'lfs' : 'regular', shouldIgnore: false };
        });
        return { json: { files, commitOid: commitAt(repo, 'main').id } };
      },
    },
    {
      method: 'POST',
      path: new RegExp(`^${apiRepo}/commit/(?<rev>.+)$`),
      handle: (call) => commit(parts, call),
    },
  ];
}

async function commit(parts: Parts, call: Call): Promise<Reply> {
  const repo = repoOf(parts, call);
  const token = signedIn(call);
  assertMayWrite(token, repo.type, repo.namespace);
  if (call.params['rev'] !== 'main') throw revisionNotFound(call.params['rev'] ?? '');
  const text = (await receiveAll(call.request, call.effects)).toString('utf8');
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => recordOf(line));
  const header = valueOf(lines.find(({ key }) => key === 'header'));
  const title = textOf(header['summary']);
  if (title === '') throw badRequest('The commit needs a summary');
  const before = commitAt(repo, 'main');
  if (header['parentCommit'] != null && header['parentCommit'] !== before.id)
    throw new HubError(412, 'A commit has happened since. Please refresh and try again.');
  const files = new Map(before.files);
  for (const line of lines) apply(parts, files, line, call.effects.forget);
  const card = files.get('README.md');
  const faults = card && card !== before.files.get('README.md') ? faultsOfCard(card.data) : [];
  if (faults.length > 0) throw badRequest(`Invalid metadata in README.md.\n${faults.join('\n')}`);
  const { id } = parts.repos.commit(repo, {
    title,
    message: textOf(header['description']),
    author: token.user.name,
    files,
  });
  const place = repo.type === 'model' ? repo.id : `${repo.type}s/${repo.id}`;
  const commitUrl = `${parts.origin()}/${place}/commit/${id}`;
  return { json: { success: true, commitOid: id, commitUrl, hookOutput: '' } };
}

function apply(
  { objects }: Parts,
  files: Map<string, HubFile>,
  line: Readonly<Record<string, unknown>>,
  forget: RegExp | undefined,
): void {
  const value = valueOf(line);
  const path = textOf(value['path']);
  if (line['key'] === 'header' || forget?.test(path)) return;
  if (path === '' || path.startsWith('/') || path.split('/').includes('..'))
    throw badRequest(`Invalid path "${path}"`);
  if (line['key'] === 'file') {
    const data = Buffer.from(textOf(value['content']), value['encoding'] === 'base64' ? 'base64' : 'utf8');
    if (data.length > regularBytes) throw badRequest(`${path} is too large to be sent without LFS`);
    files.set(path, fileOf(path, data));
  } else if (line['key'] === 'lfsFile') {
    const object = objects.find(textOf(value['oid']));
    if (!object) {
      throw badRequest(
        `Your push was rejected because an LFS pointer pointed to a file that does not exist. Offending file: - ${path}`,
      );
    }
    files.set(path, lfsFileOf(path, object));
  } else if (line['key'] === 'deletedFile') files.delete(path);
  else if (line['key'] === 'deletedFolder') {
    for (const each of files.keys()) if (each.startsWith(`${path.replace(/\/$/, '')}/`)) files.delete(each);
  } else throw badRequest(`Unknown operation "${String(line['key'])}"`);
}

function valueOf(line: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, unknown>> {
  return listOf([line?.['value']])[0] ?? {};
}
