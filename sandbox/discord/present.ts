import {
  ChannelType,
  EmbedType,
  GuildMemberFlags,
  MessageFlags,
  MessageType,
  type APIAttachment,
  type APIUser,
} from 'discord-api-types/v10';
import type { Attachment, Channel, Member, Message, Role, User, World } from './world.js';

/** Where attachments of this server are fetched, without a slash at the end. */
export type MediaBase = string;

const joinedAt = new Date(1_700_000_000_000).toISOString();

export function presentUser(user: User): APIUser {
  return {
    id: user.id,
    username: user.username,
    global_name: user.globalName,
    discriminator: '0',
    avatar: null,
    ...(user.bot && { bot: true }),
  };
}

export function presentMember({ user, roles }: Member) {
  return {
    user: presentUser(user),
    roles: [...roles],
    nick: null,
    avatar: null,
    joined_at: joinedAt,
    premium_since: null,
    deaf: false,
    mute: false,
    flags: GuildMemberFlags.CompletedOnboarding,
    banner: null,
  };
}

export function presentRole(world: World, role: Role): object {
  return {
    id: role.id,
    name: role.name,
    color: role.colour,
    colors: { primary_color: role.colour, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: [...world.roles.keys()].indexOf(role.id),
    permissions: role.permissions.toString(),
    managed: false,
    mentionable: false,
    flags: 0,
  };
}

export function presentChannel(world: World, channel: Channel): object {
  if (channel.kind === 'direct') {
    const person = world.members.get(channel.recipientId ?? '')?.user;
    return {
      id: channel.id,
      type: ChannelType.DM,
      last_message_id: null,
      name: null,
      recipients: person ? [presentUser(person)] : [],
    };
  }
  const thread = channel.kind === 'thread';
  return {
    id: channel.id,
    type: thread ? ChannelType.PublicThread : ChannelType.GuildText,
    guild_id: world.guild.id,
    name: channel.name,
    position: [...world.channels.keys()].indexOf(channel.id),
    parent_id: channel.parentId ?? null,
    topic: null,
    nsfw: false,
    rate_limit_per_user: 0,
    last_message_id: world.messages.get(channel.id)?.at(-1)?.id ?? null,
    permission_overwrites: channel.overwrites.map(({ id, type, allow, deny }) => ({
      id,
      type,
      allow: allow.toString(),
      deny: deny.toString(),
    })),
    ...(thread && {
      owner_id: world.bot.id,
      message_count: 0,
      member_count: 1,
      thread_metadata: {
        archived: false,
        auto_archive_duration: 1440,
        archive_timestamp: joinedAt,
        locked: false,
      },
    }),
  };
}

export function presentGuild(world: World): object {
  const channels = [...world.channels.values()];
  return {
    ...presentGuildBase(world),
    joined_at: joinedAt,
    large: false,
    unavailable: false,
    member_count: world.members.size,
    voice_states: [],
    members: [...world.members.values()].filter(({ user }) => user.bot).map(presentMember),
    channels: channels.filter(({ kind }) => kind === 'text').map((channel) => presentChannel(world, channel)),
    threads: channels
      .filter(({ kind }) => kind === 'thread')
      .map((channel) => presentChannel(world, channel)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** A server without what the gateway alone tells. */
export function presentGuildBase(world: World): Record<string, unknown> {
  return {
    id: world.guild.id,
    name: world.guild.name,
    owner_id: world.guild.ownerId,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    vanity_url_code: null,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    nsfw: false,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: 'en-US',
    features: [],
    roles: [...world.roles.values()].map((role) => presentRole(world, role)),
    emojis: [],
    stickers: [],
    hub_type: null,
    max_members: 500_000,
    incidents_data: null,
  };
}

function presentAttachment(media: MediaBase, channelId: string, attachment: Attachment): APIAttachment {
  const url = attachmentUrl(media, channelId, attachment);
  return {
    id: attachment.id,
    filename: attachment.filename,
    ...(attachment.description !== undefined && { description: attachment.description }),
    content_type: attachment.contentType,
    size: attachment.data.byteLength,
    url,
    proxy_url: url,
    ...(attachment.width !== undefined && { width: attachment.width, height: attachment.height ?? null }),
  };
}

function attachmentUrl(media: MediaBase, channelId: string, { id, filename }: Attachment): string {
  return `${media}/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`;
}

/** A message as the API gives it: pictures of embeds point at the attachments they name. */
export function presentMessage(world: World, media: MediaBase, message: Message): object {
  const flags =
    (message.ephemeralFor === undefined ? 0 : MessageFlags.Ephemeral) |
    (message.loading ? MessageFlags.Loading : 0);
  return {
    id: message.id,
    channel_id: message.channelId,
    author: presentUser(message.author),
    content: message.content,
    timestamp: new Date(message.createdAt).toISOString(),
    edited_timestamp: message.editedAt === undefined ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    mention_everyone: false,
    mentions: message.mentions.flatMap((id) => {
      const member = world.members.get(id);
      return member ? [presentUser(member.user)] : [];
    }),
    mention_roles: [],
    attachments: message.attachments.map((one) => presentAttachment(media, message.channelId, one)),
    embeds: message.embeds.map((embed) => resolvePictures(embed, message, media)),
    components: message.components,
    pinned: message.pinnedAt !== undefined,
    type: message.interaction ? MessageType.ChatInputCommand : MessageType.Default,
    flags,
    ...(message.nonce !== undefined && { nonce: message.nonce }),
    ...(message.author.bot && { application_id: world.applicationId }),
    ...(message.interaction && presentOrigin(world, message.interaction)),
  };
}

function presentOrigin(world: World, origin: NonNullable<Message['interaction']>): object {
  const member = world.members.get(origin.userId);
  if (!member) return {};
  return {
    interaction_metadata: {
      id: origin.id,
      type: 2,
      user: presentUser(member.user),
      authorizing_integration_owners: { '0': world.guild.id },
    },
  };
}

function resolvePictures<T extends Message['embeds'][number]>(
  embed: T,
  message: Message,
  media: MediaBase,
): T {
  const resolve = (url: string): string => {
    const name = url.startsWith('attachment://') ? url.slice('attachment://'.length) : undefined;
    const found =
      name === undefined ? undefined : message.attachments.find(({ filename }) => filename === name);
    return found ? attachmentUrl(media, message.channelId, found) : url;
  };
  return {
    type: EmbedType.Rich,
    ...embed,
    ...(embed.image && { image: { ...embed.image, url: resolve(embed.image.url) } }),
    ...(embed.thumbnail && { thumbnail: { ...embed.thumbnail, url: resolve(embed.thumbnail.url) } }),
  };
}
