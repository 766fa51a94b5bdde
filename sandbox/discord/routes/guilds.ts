import type { APIApplicationCommand } from 'discord-api-types/v10';
import { ApiError, missingAccess, unknownGuild, unknownMember } from '../api-error.js';
import { presentChannel, presentGuildBase, presentMember, presentRole } from '../present.js';
import { checkCommand } from '../validate/command.js';
import { asRecord, validate } from '../validate/form.js';
import type { Command } from '../world.js';
import { param, type Call, type Parts, type Route } from './route.js';

/** Commands a scope may have. */
const maxCommands = 100;
/** Creations a day and guild (https://docs.discord.com/developers/interactions/application-commands#registering-a-command). */
const creationsADay = 200;

/** The server, its members and channels, and the commands registered in it. */
export function guildRoutes({ world }: Parts): Route[] {
  let created = 0;

  function checkGuild(call: Call): void {
    if (param(call, 'guild') !== world.guild.id) throw unknownGuild();
  }

  /** All of them at once; the ones that were there under the same name keep their ids. */
  function register(list: readonly unknown[]): Command[] {
    validate((form) => {
      if (list.length > maxCommands) {
        form.fault([], 'BASE_TYPE_BAD_LENGTH', `Must be between 0 and ${maxCommands} in length.`);
      }
      list.forEach((one, index) => checkCommand(form, asRecord(one), [String(index)]));
      const names = list.map((one) => asRecord(one)['name']);
      if (new Set(names).size < names.length) {
        form.fault([], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique');
      }
    });
    const fresh = list.filter((one) => !world.commands.has(String(asRecord(one)['name']))).length;
    if (created + fresh > creationsADay) {
      throw new ApiError(
        429,
        30034,
        'Max number of daily application command creates has been reached (200)',
      );
    }
    created += fresh;
    const commands = list.map((one) => {
      const record = asRecord(one);
      const known = world.commands.get(String(record['name']));
      const base = {
        id: known?.id ?? world.nextId(),
        application_id: world.applicationId,
        guild_id: world.guild.id,
        version: world.nextId(),
        type: 1,
        default_member_permissions: null,
        nsfw: false,
        name_localizations: null,
        description_localizations: null,
      };
      return { ...base, ...record } as object as APIApplicationCommand;
    });
    world.commands.clear();
    for (const command of commands) world.commands.set(command.name, command);
    world.tell({ type: 'commands' });
    return commands;
  }

  const commandsPath = '/applications/:application/guilds/:guild/commands';
  return [
    {
      method: 'GET',
      path: '/guilds/:guild',
      handle(call) {
        checkGuild(call);
        return { body: presentGuildBase(world) };
      },
    },
    {
      method: 'GET',
      path: '/guilds/:guild/roles',
      handle(call) {
        checkGuild(call);
        return { body: [...world.roles.values()].map((role) => presentRole(world, role)) };
      },
    },
    {
      method: 'GET',
      path: '/guilds/:guild/channels',
      handle(call) {
        checkGuild(call);
        const channels = [...world.channels.values()].filter(({ kind }) => kind === 'text');
        return { body: channels.map((channel) => presentChannel(world, channel)) };
      },
    },
    {
      method: 'GET',
      path: '/guilds/:guild/members/:user',
      handle(call) {
        checkGuild(call);
        const member = world.members.get(param(call, 'user'));
        if (!member) throw unknownMember();
        return { body: presentMember(member) };
      },
    },
    {
      method: 'GET',
      path: commandsPath,
      handle(call) {
        if (param(call, 'guild') !== world.guild.id) throw missingAccess();
        return { body: [...world.commands.values()] };
      },
    },
    {
      method: 'PUT',
      path: commandsPath,
      handle(call) {
        if (param(call, 'guild') !== world.guild.id) throw missingAccess();
        const { list } = call.input.body;
        return { body: register(Array.isArray(list) ? (list as unknown[]) : []) };
      },
    },
  ];
}
