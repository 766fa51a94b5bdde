/**
 * A refusal in the Hub's form: a status, `{"error": …}`, and for some a code in the header `X-Error-Code`, which clients read
 * (huggingface_hub, `utils/_http.py`: `hf_raise_for_status`).
 */
export class HubError extends Error {
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The connection was cut on demand: there is nobody left to answer. */
export class CutError extends Error {}

export const notSignedIn = () => new HubError(401, 'Invalid username or password.');
export const badToken = () => new HubError(401, 'Invalid credentials in Authorization header');
export const repoNotFound = () => new HubError(404, 'Repository not found', 'RepoNotFound');
export const revisionNotFound = (revision: string) =>
  new HubError(404, `Invalid rev id: ${revision}`, 'RevisionNotFound');
export const entryNotFound = () => new HubError(404, 'Entry not found', 'EntryNotFound');
export const mustBeWriteToken = () =>
  new HubError(403, 'Forbidden: you must use a write token to upload to a repository.');
export const noRights = (type: string, namespace: string) =>
  new HubError(
    403,
    `You don't have the rights to create a ${type} under the namespace "${namespace}".`,
    'Forbidden',
  );
export const badRequest = (message: string) => new HubError(400, message);
