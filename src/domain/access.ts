import type { Snowflake } from './job.js';

/** What a person may do. `administer` includes all others; `train` and `upload` include `view`. */
export const rights = ['view', 'train', 'upload', 'administer'] as const;
export type Right = (typeof rights)[number];

/** For each right the ids of the roles or users that have it. Empty: nobody but owner and administrators. */
export type Access = Readonly<Record<Right, readonly Snowflake[]>>;

/** A person at the moment of an interaction, as Discord states it with that interaction. */
export interface Actor {
  readonly userId: Snowflake;
  readonly displayName: string;
  readonly guildId: Snowflake;
  readonly channelId: Snowflake;
  readonly roleIds: readonly Snowflake[];
  /** The server's owner, or a member with Discord's own Administrator permission. */
  readonly ownerOrAdministrator: boolean;
}

const includedIn: Readonly<Record<Right, readonly Right[]>> = {
  view: ['view', 'train', 'upload', 'administer'],
  train: ['train', 'administer'],
  upload: ['upload', 'administer'],
  administer: ['administer'],
};

/** Whether the person has the right, directly or through one that includes it. */
export function hasRight(actor: Actor, access: Access, right: Right): boolean {
  if (actor.ownerOrAdministrator) return true;
  const ids = new Set([actor.userId, ...actor.roleIds]);
  return includedIn[right].some((holder) => access[holder].some((id) => ids.has(id)));
}
