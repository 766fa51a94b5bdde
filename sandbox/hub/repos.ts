import { createHash, randomBytes } from 'node:crypto';
import { HubError, badRequest, revisionNotFound } from './hub-error.js';
import type { StoredObject } from './objects.js';

export type RepoType = 'model' | 'dataset' | 'space';

export interface HubFile {
  readonly path: string;
  readonly size: number;
  /** SHA-1 as git names the blob: for an LFS file of its pointer. */
  readonly oid: string;
  readonly data?: Buffer;
  readonly lfs?: { readonly oid: string; readonly size: number; readonly pointerSize: number };
}

export interface HubCommit {
  readonly id: string;
  readonly title: string;
  readonly message: string;
  readonly author: string;
  readonly date: Date;
  readonly files: ReadonlyMap<string, HubFile>;
}

export interface HubRepo {
  readonly key: string;
  readonly type: RepoType;
  /** `namespace/name` */
  readonly id: string;
  readonly namespace: string;
  readonly private: boolean;
  readonly createdAt: Date;
  /** Oldest first, never empty. */
  readonly commits: HubCommit[];
}

export interface NewCommit {
  readonly title: string;
  readonly message?: string;
  readonly author: string;
  readonly files: ReadonlyMap<string, HubFile>;
}

export interface Repos {
  find(type: RepoType, id: string): HubRepo | undefined;
  /** Throws 400 for an illegal name, 409 where it exists. */
  create(
    type: RepoType,
    id: string,
    options: { readonly private: boolean; readonly author: string },
  ): HubRepo;
  delete(type: RepoType, id: string): boolean;
  commit(repo: HubRepo, commit: NewCommit): HubCommit;
  list(type: RepoType): HubRepo[];
}

/** huggingface_hub, `utils/_validators.py`: `validate_repo_id`, and the Hub's own limit to letters, digits and `_` at both ends. */
const legalName = /^(?!.*(?:--|\.\.))(?!.*\.git$)[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;
/** What a new repository begins with; the real one is longer. */
const gitAttributes = ['*.safetensors', '*.gguf', '*.bin', '*.pt', '*.npz', '*.zip']
  .map((pattern) => `${pattern} filter=lfs diff=lfs merge=lfs -text\n`)
  .join('');

export function createRepos(now: () => number): Repos {
  const repos = new Map<string, HubRepo>();

  function commit(repo: HubRepo, { title, message = '', author, files }: NewCommit): HubCommit {
    const id = randomBytes(20).toString('hex');
    const made: HubCommit = { id, title, message, author, date: new Date(now()), files };
    repo.commits.push(made);
    return made;
  }

  return {
    find: (type, id) => repos.get(keyOf(type, id)),
    create(type, id, { private: hidden, author }) {
      const [namespace = '', name = ''] = id.split('/');
      if (!legalName.test(name)) throw badRequest(`Invalid name "${name}"`);
      const key = keyOf(type, id);
      if (repos.has(key)) throw new HubError(409, `You already created this ${type} repo`);
      const repo: HubRepo = {
        key,
        type,
        id,
        namespace,
        private: hidden,
        createdAt: new Date(now()),
        commits: [],
      };
      const first = fileOf('.gitattributes', Buffer.from(gitAttributes));
      commit(repo, { title: 'initial commit', author, files: new Map([[first.path, first]]) });
      repos.set(key, repo);
      return repo;
    },
    delete: (type, id) => repos.delete(keyOf(type, id)),
    commit,
    list: (type) => [...repos.values()].filter((repo) => repo.type === type),
  };
}

/** A file that git itself keeps. */
export function fileOf(path: string, data: Buffer): HubFile {
  return { path, size: data.length, oid: blobId(data), data };
}

/** A file behind a pointer: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export function lfsFileOf(path: string, { sha256, size, data }: StoredObject): HubFile {
  const pointer = Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`,
  );
  const lfs = { oid: sha256, size, pointerSize: pointer.length };
  return { path, size, oid: blobId(pointer), lfs, ...(data && { data }) };
}

/** Throws 404 for a revision that is neither the branch nor a commit. */
export function commitAt(repo: HubRepo, revision: string): HubCommit {
  const last = repo.commits.at(-1);
  if (!last) throw revisionNotFound(revision);
  if (revision === 'main' || revision === 'HEAD' || revision === 'refs/heads/main') return last;
  const found = repo.commits.find(({ id }) => id === revision);
  if (!found) throw revisionNotFound(revision);
  return found;
}

function blobId(data: Buffer): string {
  return createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');
}

/** Names differ by more than case, as on the Hub. */
function keyOf(type: RepoType, id: string): string {
  return `${type}/${id.toLowerCase()}`;
}
