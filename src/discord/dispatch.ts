import { InteractionType, type APIInteraction } from 'discord-api-types/v10';
import type { REST } from 'discord.js';
import type { Logger } from 'pino';
import type { ActionGroup, BotPermissions, Command } from '../commands/command.js';
import type { Access, Actor } from '../domain/access.js';
import type { AuditRecord } from '../domain/audit.js';
import type { Snowflake } from '../domain/job.js';
import { UserError } from '../domain/user-error.js';
import { readActor, type OwnerOf } from './actor.js';
import { readBotPermissions } from './bot-permissions.js';
import { hideSecrets, jobIdOf, shortInput } from './audit.js';
import { suggest } from './autocomplete.js';
import { explain } from './explain.js';
import { perform, type Outcome } from './perform.js';
import { requireRight, rightOf } from './permissions.js';
import { createResponder, type Responder } from './responder.js';
import { createRouter } from './routes.js';
import { findTarget, type KnownTarget, type Target } from './target.js';

export interface DispatcherOptions {
  readonly rest: REST;
  readonly commands: readonly Command[];
  readonly groups: readonly ActionGroup[];
  readonly access: Access;
  /** The guilds that the bot serves; interactions from anywhere else are refused. */
  readonly guildIds: readonly Snowflake[];
  readonly ownerOf: OwnerOf;
  readonly log: Logger;
  readonly clock: () => number;
  /** Told of every command, press and modal once its outcome stands. */
  readonly onAudit?: (record: AuditRecord) => void;
  /** Texts that must stand in no record of what was given, such as tokens that somebody typed into an option. */
  readonly secrets?: readonly string[];
  /** Throws UserError when this person does too much. Called after the rights were checked, before anything is done. */
  readonly limit?: (attempt: { readonly actor: Actor; readonly name: string }) => void;
}

/** Handles one interaction, as the gateway brought it. Never rejects: every error ends here. */
export type Dispatcher = (interaction: APIInteraction) => Promise<void>;

/**
 * Authorise, acknowledge, run, and one boundary for all errors. Acknowledgement comes before anything that can be slow;
 * what stands before it is look-ups in memory alone. Throws when two action groups share a namespace.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const commands = new Map(options.commands.map((command) => [command.definition.name, command]));
  const route = createRouter(options.groups);

  async function handle(interaction: APIInteraction, log: Logger): Promise<void> {
    if (interaction.type === InteractionType.Ping) return;
    const responder = createResponder(options.rest, interaction, log);
    const actor = readActor(interaction, options.ownerOf);
    const target = findTarget(interaction, commands, route);
    if (interaction.type === InteractionType.ApplicationCommandAutocomplete) {
      const known = actor && options.guildIds.includes(actor.guildId) ? actor : undefined;
      return suggest(responder, target, known, options.access, log);
    }
    const input = shortInput(target.input, options.secrets ?? []);
    const botMay = readBotPermissions(interaction);
    const outcome = await attempt(options, {
      id: interaction.id,
      target,
      input,
      actor,
      botMay,
      responder,
      log,
    });
    audit(options, interaction, { ...target, input }, outcome, log);
  }

  return async (interaction) => {
    const log = options.log.child({ interaction: interaction.id });
    try {
      await handle(interaction, log);
    } catch (error) {
      // Nothing in it was as Discord documents it: there is nobody to be told.
      log.error({ err: error }, 'interaction not understood');
    }
  };
}

interface Attempt {
  readonly id: Snowflake;
  readonly target: Target;
  /** As it may be logged and recorded. */
  readonly input: Target['input'];
  readonly actor: Actor | undefined;
  readonly botMay: BotPermissions;
  readonly responder: Responder;
  readonly log: Logger;
}

async function attempt(options: DispatcherOptions, attempted: Attempt): Promise<Outcome> {
  const { id, target, input, actor, botMay, responder, log } = attempted;
  try {
    const allowed = authorise(options, target, actor);
    return await perform({ id, ...allowed, botMay, responder });
  } catch (error) {
    return explain(error, { name: target.name, input, userId: actor?.userId, responder, log });
  }
}

/** Throws UserError unless this person may do this, here, at this moment. */
function authorise(
  options: DispatcherOptions,
  target: Target,
  actor: Actor | undefined,
): { actor: Actor; target: KnownTarget } {
  if (!actor) throw new UserError('This bot works in its server alone, not in direct messages.');
  if (!options.guildIds.includes(actor.guildId)) {
    throw new UserError(
      'This bot does not serve this server.',
      'Whoever runs the bot sets its server as discord.guild in the settings.',
    );
  }
  if (target.kind === 'unknown') throw unknownTarget(target.what);
  requireRight(actor, options.access, rightOf(target));
  options.limit?.({ actor, name: target.name });
  return { actor, target };
}

function unknownTarget(what: 'command' | 'press' | 'modal'): UserError {
  if (what === 'command') {
    return new UserError(
      'This command is no longer known.',
      'Reload Discord (Ctrl+R, or close the app) to see the commands as they are now.',
    );
  }
  return new UserError(
    what === 'press' ? 'This button is no longer known.' : 'This form is no longer known.',
    'Give the command again for a message that works.',
  );
}

/** An entry that cannot be written must not undo what was done: it is logged instead. */
function audit(
  options: DispatcherOptions,
  interaction: APIInteraction,
  target: Target,
  outcome: Outcome,
  log: Logger,
): void {
  const guildId = interaction.guild_id;
  const channelId = interaction.channel?.id;
  const jobId = jobIdOf(target);
  const { detail } = outcome;
  try {
    options.onAudit?.({
      at: options.clock(),
      interactionId: interaction.id,
      kind: target.kind === 'unknown' ? target.what : target.kind,
      name: target.name,
      userId: interaction.member?.user.id ?? interaction.user?.id ?? 'unknown',
      ...(guildId === undefined ? {} : { guildId }),
      ...(channelId === undefined ? {} : { channelId }),
      ...(jobId === undefined ? {} : { jobId }),
      input: target.input,
      outcome: outcome.outcome,
      // An explanation may quote what was given.
      ...(detail === undefined ? {} : { detail: hideSecrets(detail, options.secrets ?? []) }),
    });
  } catch (error) {
    log.error({ err: error }, 'the audit entry could not be written');
  }
}
