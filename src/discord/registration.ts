import type { APIApplicationCommand } from 'discord-api-types/v10';
import { DiscordAPIError, Routes, type REST } from 'discord.js';
import type { Logger } from 'pino';
import type { Command } from '../commands/command.js';
import type { Snowflake } from '../domain/job.js';
import { UserError } from '../domain/user-error.js';
import { commandShape } from './command-shape.js';

export interface Registration {
  readonly rest: REST;
  readonly applicationId: Snowflake;
  readonly guildId: Snowflake;
  readonly commands: readonly Command[];
  readonly log: Logger;
}

/** Names of the commands that were sent, by what was different. All empty: nothing was sent. */
export interface Registered {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Makes the guild's commands those of the bot. Compares first, and sends only when they differ: Discord takes 200
 * creations a day and guild. Guild commands appear at once. Throws UserError when the bot may not have commands there.
 */
export async function registerCommands(registration: Registration): Promise<Registered> {
  const { rest, applicationId, guildId, commands, log } = registration;
  const route = Routes.applicationGuildCommands(applicationId, guildId);
  try {
    const present = parseCommands(
      await rest.get(route, { query: new URLSearchParams({ with_localizations: 'true' }) }),
    );
    const difference = compare(present, commands);
    const { added, changed, removed } = difference;
    if (added.length + changed.length + removed.length > 0) {
      await rest.put(route, { body: commands.map((command) => command.definition) });
      log.info({ guildId, ...difference }, 'commands registered');
    } else log.info({ guildId }, 'commands unchanged');
    return difference;
  } catch (error) {
    if (!(error instanceof DiscordAPIError) || (error.status !== 403 && error.status !== 404)) throw error;
    throw new UserError(
      `The bot may not register commands in the server ${guildId} (${error.message}).`,
      `Invite it: https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=52224`,
      { cause: error },
    );
  }
}

type Present = Pick<APIApplicationCommand, 'name'>;

function compare(present: readonly Present[], wanted: readonly Command[]): Registered {
  const shapes = new Map(present.map((command) => [command.name, commandShape(command)]));
  const names = new Set(wanted.map((command) => command.definition.name));
  return {
    added: [...names].filter((name) => !shapes.has(name)),
    changed: wanted
      .filter(({ definition }) => shapes.has(definition.name))
      .filter(({ definition }) => shapes.get(definition.name) !== commandShape(definition))
      .map(({ definition }) => definition.name),
    removed: [...shapes.keys()].filter((name) => !names.has(name)),
  };
}

function parseCommands(answer: unknown): Present[] {
  if (!Array.isArray(answer)) throw new Error('Discord answered no list of commands.');
  return answer.filter(
    (one: unknown): one is Present =>
      typeof one === 'object' && one !== null && 'name' in one && typeof one.name === 'string',
  );
}
