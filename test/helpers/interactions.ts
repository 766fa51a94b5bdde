import {
  ApplicationCommandType,
  ComponentType,
  InteractionType,
  type APIInteraction,
} from 'discord-api-types/v10';
import { alice } from './jobs.js';

let lastId = 0;

export interface Sender {
  readonly userId?: string;
  readonly roleIds?: readonly string[];
  /** Bit set, decimal. */
  readonly permissions?: string;
  /** `null`: a direct message. */
  readonly guildId?: string | null;
}

/** An interaction as the gateway brings it, from a member without roles unless `sender` says otherwise. */
function interaction(type: InteractionType, rest: object, sender: Sender = {}): APIInteraction {
  lastId += 1;
  const user = { id: sender.userId ?? alice.userId, username: 'alice', global_name: null };
  const guildId = sender.guildId === undefined ? alice.guildId : sender.guildId;
  const where =
    guildId === null
      ? { user }
      : {
          guild_id: guildId,
          member: {
            user,
            roles: sender.roleIds ?? [],
            permissions: sender.permissions ?? '0',
            nick: 'Alice',
          },
        };
  return {
    id: `8000000000000${String(lastId).padStart(5, '0')}`,
    application_id: '400000000000000001',
    token: `token-${lastId}`,
    version: 1,
    type,
    channel: { id: alice.channelId, type: 0 },
    entitlements: [],
    ...where,
    ...rest,
  } as unknown as APIInteraction;
}

export function typed(name: string, options: readonly object[] = [], sender?: Sender): APIInteraction {
  const data = { id: '1', name, type: ApplicationCommandType.ChatInput, options };
  return interaction(InteractionType.ApplicationCommand, { data }, sender);
}

export function typing(name: string, options: readonly object[], sender?: Sender): APIInteraction {
  const data = { id: '1', name, type: ApplicationCommandType.ChatInput, options };
  return interaction(InteractionType.ApplicationCommandAutocomplete, { data }, sender);
}

export function pressed(customId: string, sender?: Sender, values?: readonly string[]): APIInteraction {
  const data = values
    ? { custom_id: customId, component_type: ComponentType.StringSelect, values }
    : { custom_id: customId, component_type: ComponentType.Button };
  return interaction(InteractionType.MessageComponent, { data, message: { id: '5' } }, sender);
}

export function submitted(
  customId: string,
  fields: Readonly<Record<string, string>>,
  sender?: Sender & { readonly message?: boolean },
): APIInteraction {
  const components = Object.entries(fields).map(([id, value]) => ({
    type: ComponentType.ActionRow,
    components: [{ type: ComponentType.TextInput, custom_id: id, value }],
  }));
  const message = sender?.message ? { message: { id: '5' } } : {};
  return interaction(
    InteractionType.ModalSubmit,
    { data: { custom_id: customId, components }, ...message },
    sender,
  );
}
