import { createHash, randomUUID } from 'node:crypto';

/** The bytes behind an LFS pointer. */
export interface StoredObject {
  /** SHA-256 of what is kept, hexadecimal. */
  readonly sha256: string;
  readonly size: number;
  /** Absent for an object too large to be kept: then its hash and size alone are known. */
  readonly data?: Buffer;
}

/** A permission to send one object, as a signed URL is one. */
export interface Ticket {
  readonly oid: string;
  readonly size: number;
  readonly parts: Map<number, Piece>;
}

interface Piece {
  readonly data?: Buffer;
  readonly size: number;
  readonly etag: string;
}

export interface Objects {
  find(oid: string): StoredObject | undefined;
  /** Under the name that the sender gave, which is the object's hash unless a fault spoiled it. */
  put(oid: string, object: StoredObject): void;
  issue(oid: string, size: number): string;
  ticket(id: string): Ticket | undefined;
}

export function createObjects(): Objects {
  const stored = new Map<string, StoredObject>();
  const tickets = new Map<string, Ticket>();
  return {
    find: (oid) => stored.get(oid),
    put: (oid, object) => void stored.set(oid, object),
    issue(oid, size) {
      const id = randomUUID();
      tickets.set(id, { oid, size, parts: new Map() });
      return id;
    },
    ticket: (id) => tickets.get(id),
  };
}

/** Takes bytes as they come: hashed always, kept up to `keepBytes`. */
export async function collect(pieces: AsyncIterable<Buffer>, keepBytes: number): Promise<StoredObject> {
  const hash = createHash('sha256');
  let kept: Buffer[] | undefined = [];
  let size = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    size += piece.length;
    if (size > keepBytes) kept = undefined;
    else kept?.push(piece);
  }
  return { sha256: hash.digest('hex'), size, ...(kept && { data: Buffer.concat(kept) }) };
}

export function objectOf(data: Buffer): StoredObject {
  return { sha256: createHash('sha256').update(data).digest('hex'), size: data.length, data };
}

/** The object as bad storage keeps it: `dropBytes` shorter, or with its last byte changed. */
export function spoil({ size, data }: StoredObject, dropBytes: number): StoredObject {
  const left = Math.max(0, size - dropBytes);
  if (!data) return { sha256: createHash('sha256').update(`spoilt ${size}`).digest('hex'), size: left };
  const copy = Buffer.from(data.subarray(0, left));
  if (dropBytes === 0 && left > 0) copy.writeUInt8(copy.readUInt8(left - 1) ^ 0xff, left - 1);
  return objectOf(copy);
}
