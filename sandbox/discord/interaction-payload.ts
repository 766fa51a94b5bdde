import { ApplicationCommandOptionType, ComponentType, InteractionType } from 'discord-api-types/v10';
import { permissionsOf } from './permissions.js';
import { presentChannel, presentMember, presentMessage, presentUser, type MediaBase } from './present.js';
import type { Member, Message, World } from './world.js';

/** One option of a slash command as a person filled it in. */
export interface GivenOption {
  readonly name: string;
  readonly type: number;
  readonly value?: string | number | boolean;
  readonly focused?: boolean;
  /** Of a subcommand. */
  readonly options?: readonly GivenOption[];
}

/** What a person does that the bot is told of. */
export type Deed =
  | {
      readonly kind: 'command' | 'autocomplete';
      readonly name: string;
      readonly options: readonly GivenOption[];
    }
  | {
      readonly kind: 'component';
      readonly message: Message;
      readonly customId: string;
      /** Of a select menu: what was chosen. */
      readonly values?: readonly string[];
    }
  | {
      readonly kind: 'modal';
      readonly customId: string;
      readonly values: Readonly<Record<string, string>>;
      /** The message whose button opened it. */
      readonly message?: Message;
    };

export interface Origin {
  readonly id: string;
  readonly token: string;
  readonly userId: string;
  readonly channelId: string;
  /** Another server than the sandbox's, for what comes from strangers. */
  readonly guildId?: string;
}

const userOption: number = ApplicationCommandOptionType.User;
const types = {
  command: InteractionType.ApplicationCommand,
  autocomplete: InteractionType.ApplicationCommandAutocomplete,
  component: InteractionType.MessageComponent,
  modal: InteractionType.ModalSubmit,
} as const;

/** INTERACTION_CREATE as the gateway sends it. */
export function interactionPayload(
  world: World,
  media: MediaBase,
  deed: Deed,
  origin: Origin,
): Record<string, unknown> {
  const channel = world.channels.get(origin.channelId);
  const direct = channel?.kind === 'direct';
  const member = world.members.get(origin.userId);
  const user = member?.user ?? stranger(origin.userId);
  const guildId = origin.guildId ?? world.guild.id;
  const person = direct
    ? { user: presentUser(user) }
    : {
        guild_id: guildId,
        guild: { id: guildId, locale: 'en-US', features: [] },
        guild_locale: 'en-US',
        member: {
          ...presentMember(member ?? { user, roles: new Set() }),
          permissions: permissionsOf(world, origin.userId, channel).toString(),
        },
      };
  return {
    id: origin.id,
    application_id: world.applicationId,
    type: types[deed.kind],
    token: origin.token,
    version: 1,
    channel_id: origin.channelId,
    ...(channel && { channel: { ...presentChannel(world, channel), permissions: '0' } }),
    ...person,
    app_permissions: permissionsOf(world, world.bot.id, channel).toString(),
    locale: 'en-US',
    entitlements: [],
    entitlement_sku_ids: [],
    authorizing_integration_owners: { '0': guildId },
    context: direct ? 1 : 0,
    attachment_size_limit: 10 * 1024 * 1024,
    data: deedData(world, deed),
    ...('message' in deed && deed.message && { message: presentMessage(world, media, deed.message) }),
  };
}

function stranger(id: string) {
  return { id, username: `stranger-${id}`, globalName: 'Stranger', bot: false, closedDirectMessages: true };
}

function deedData(world: World, deed: Deed): object {
  if (deed.kind === 'component') {
    return {
      id: 1,
      custom_id: deed.customId,
      component_type: deed.values ? ComponentType.StringSelect : ComponentType.Button,
      ...(deed.values && { values: deed.values }),
    };
  }
  if (deed.kind === 'modal') {
    return {
      custom_id: deed.customId,
      components: Object.entries(deed.values).map(([customId, value], index) => ({
        type: ComponentType.ActionRow,
        id: index * 2 + 1,
        components: [{ type: ComponentType.TextInput, id: index * 2 + 2, custom_id: customId, value }],
      })),
    };
  }
  const id = world.commands.get(deed.name)?.id ?? '0';
  const people = resolvePeople(world, deed.options);
  return {
    id,
    name: deed.name,
    type: 1,
    guild_id: world.guild.id,
    options: deed.options,
    ...(people && { resolved: people }),
  };
}

/** Who is named in options, as clients of the gateway are told beside the ids. */
function resolvePeople(world: World, options: readonly GivenOption[]): object | undefined {
  const named = options
    .flatMap((option) => [option, ...(option.options ?? [])])
    .filter(({ type }) => type === userOption)
    .flatMap(({ value }) => world.members.get(String(value)) ?? []);
  if (named.length === 0) return undefined;
  const memberOf = (member: Member) => {
    const { user: _, ...rest } = presentMember(member);
    return { ...rest, permissions: permissionsOf(world, member.user.id, undefined).toString() };
  };
  return {
    users: Object.fromEntries(named.map(({ user }) => [user.id, presentUser(user)])),
    members: Object.fromEntries(named.map((member) => [member.user.id, memberOf(member)])),
  };
}
