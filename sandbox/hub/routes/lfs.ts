import { HubError, badRequest } from '../hub-error.js';
import { collect, objectOf, spoil, type StoredObject, type Ticket } from '../objects.js';
import { receive } from '../receive.js';
import { assertMayWrite } from '../tokens.js';
import {
  jsonOf,
  listOf,
  repoOf,
  signedIn,
  siteRepo,
  textOf,
  type Call,
  type Parts,
  type Reply,
  type Route,
} from './route.js';

const lfsType = { 'Content-Type': 'application/vnd.git-lfs+json; charset=utf-8' };

/** Large files: https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md, and the Hub's own `multipart` transfer. */
export function lfsRoutes(parts: Parts): Route[] {
  return [
    {
      method: 'POST',
      path: new RegExp(`^${siteRepo}\\.git/info/lfs/objects/batch$`),
      handle: (call) => batch(parts, call),
    },
    {
      method: 'POST',
      path: new RegExp(`^${siteRepo}\\.git/info/lfs/objects/verify$`),
      async handle(call) {
        repoOf(parts, call);
        const oid = textOf((await jsonOf(call))['oid']);
        if (!parts.objects.find(oid)) throw new HubError(404, `Object ${oid} does not exist`);
        return { headers: lfsType, json: {} };
      },
    },
    {
      method: 'PUT',
      path: /^\/lfs-upload\/(?<ticket>[\w-]+)$/,
      open: true,
      handle: (call) => putWhole(parts, call),
    },
    {
      method: 'PUT',
      path: /^\/lfs-upload\/(?<ticket>[\w-]+)\/(?<part>\d+)$/,
      open: true,
      handle: (call) => putPart(parts, call),
    },
    {
      method: 'POST',
      path: /^\/lfs-upload\/(?<ticket>[\w-]+)\/complete$/,
      open: true,
      handle: (call) => complete(parts, call),
    },
  ];
}

async function batch(parts: Parts, call: Call): Promise<Reply> {
  const repo = repoOf(parts, call);
  const body = await jsonOf(call);
  if (body['operation'] !== 'upload') throw badRequest('Only uploads are served here; resolve downloads.');
  assertMayWrite(signedIn(call), repo.type, repo.namespace);
  const transfers = Array.isArray(body['transfers']) ? body['transfers'] : ['basic'];
  const objects = listOf(body['objects']).map((each) => {
    const oid = textOf(each['oid']);
    const size = Number(each['size']);
    if (parts.objects.find(oid)) return { oid, size };
    const parted = transfers.includes('multipart') && size >= parts.multipartBytes;
    const verify = { href: `${parts.origin()}${call.url.pathname.replace(/batch$/, 'verify')}` };
    return { oid, size, authenticated: true, actions: { upload: upload(parts, oid, size, parted), verify } };
  });
  const transfer = objects.some(({ actions }) => actions?.upload.header) ? 'multipart' : 'basic';
  return { headers: lfsType, json: { transfer, objects } };
}

function upload(
  { objects, origin, partBytes }: Parts,
  oid: string,
  size: number,
  parted: boolean,
): { href: string; header?: Record<string, string> } {
  const href = `${origin()}/lfs-upload/${objects.issue(oid, size)}`;
  if (!parted) return { href };
  const parts = Array.from({ length: Math.ceil(size / partBytes) }, (_, at) => [
    String(at + 1).padStart(5, '0'),
    `${href}/${at + 1}`,
  ]);
  return {
    href: `${href}/complete`,
    header: { chunk_size: String(partBytes), ...Object.fromEntries(parts) },
  };
}

function ticketOf({ objects }: Parts, { params }: Call): Ticket {
  const ticket = objects.ticket(params['ticket'] ?? '');
  if (!ticket) throw new HubError(403, 'AccessDenied');
  return ticket;
}

async function putWhole(parts: Parts, call: Call): Promise<Reply> {
  const ticket = ticketOf(parts, call);
  keep(parts, call, ticket, await collect(receive(call.request, call.effects), parts.keepBytes));
  return { headers: { ETag: `"${ticket.oid}"` } };
}

async function putPart(parts: Parts, call: Call): Promise<Reply> {
  const ticket = ticketOf(parts, call);
  const { sha256, size, data } = await collect(receive(call.request, call.effects), parts.keepBytes);
  const etag = `"${sha256.slice(0, 32)}"`;
  ticket.parts.set(Number(call.params['part']), { etag, size, ...(data && { data }) });
  return { headers: { ETag: etag } };
}

async function complete(parts: Parts, call: Call): Promise<Reply> {
  const ticket = ticketOf(parts, call);
  const stated = listOf((await jsonOf(call))['parts']);
  const pieces = stated.map((each) => {
    const part = ticket.parts.get(Number(each['partNumber']));
    if (!part || part.etag !== each['etag']) throw badRequest('InvalidPart');
    return part;
  });
  const size = pieces.reduce((sum, piece) => sum + piece.size, 0);
  const data = pieces.flatMap((piece) => piece.data ?? []);
  const whole = data.length === pieces.length && size <= parts.keepBytes;
  keep(parts, call, ticket, whole ? objectOf(Buffer.concat(data)) : { sha256: ticket.oid, size });
  return { headers: lfsType, json: { success: true } };
}

/** Takes what came when it is what was announced. Throws 400 otherwise. */
function keep(parts: Parts, { effects }: Call, { oid, size }: Ticket, came: StoredObject): void {
  if (came.size !== size || came.sha256 !== oid) throw badRequest('BadDigest');
  parts.objects.put(oid, effects.dropBytes === undefined ? came : spoil(came, effects.dropBytes));
}
