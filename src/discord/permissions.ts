import { hasRight, type Access, type Actor, type Right } from '../domain/access.js';
import { UserError } from '../domain/user-error.js';

const allows: Readonly<Record<Right, string>> = {
  view: 'see jobs and runs',
  train: 'start and stop trainings',
  upload: 'upload models',
  administer: 'administer this bot',
};

/** Throws UserError, naming the missing right and who can give it, unless the person has it at this moment. */
export function requireRight(actor: Actor, access: Access, right: Right): void {
  if (hasRight(actor, access, right)) return;
  throw new UserError(
    `You need the right \`${right}\` for this: it allows to ${allows[right]}.`,
    `The server's owner or whoever runs the bot can give it, by adding you or one of your roles to \`access.${right}\` in the bot's settings.`,
  );
}
