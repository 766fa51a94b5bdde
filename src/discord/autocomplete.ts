import type { Logger } from 'pino';
import { hasRight, type Access, type Actor } from '../domain/access.js';
import type { Choice } from '../commands/command.js';
import type { Responder } from './responder.js';
import type { Target } from './target.js';
import { within } from './within.js';

/** Discord drops suggestions after 3 s; the rest is for the way. */
const suggestMs = 2200;

/**
 * Answers an autocompletion. Whatever goes wrong, and whoever lacks the right, gets an empty list: there is no place for
 * an explanation while somebody types. Never rejects.
 */
export async function suggest(
  responder: Responder,
  target: Target,
  actor: Actor | undefined,
  access: Access,
  log: Logger,
): Promise<void> {
  try {
    await responder.suggest(await choicesFor(target, actor, access, log));
  } catch (error) {
    log.warn({ err: error, name: target.name }, 'suggestions could not be sent');
  }
}

async function choicesFor(
  target: Target,
  actor: Actor | undefined,
  access: Access,
  log: Logger,
): Promise<readonly Choice[]> {
  const focused = target.kind === 'command' ? target.given.focused : undefined;
  if (target.kind !== 'command' || !actor || !focused) return [];
  const { command, given } = target;
  if (!command.autocomplete || !hasRight(actor, access, command.right)) return [];
  const { options, subcommand } = given;
  try {
    const request = {
      actor,
      option: focused.option,
      typed: focused.typed,
      options,
      ...(subcommand === undefined ? {} : { subcommand }),
    };
    const choices = await within(suggestMs, command.autocomplete(request));
    if (choices === undefined) log.warn({ name: target.name }, 'suggestions took too long');
    return choices ?? [];
  } catch (error) {
    log.warn({ err: error, name: target.name }, 'suggestions failed');
    return [];
  }
}
