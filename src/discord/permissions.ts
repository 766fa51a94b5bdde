import { hasRight, type Access, type Actor, type Right } from '../domain/access.js';
import { UserError } from '../domain/user-error.js';
import type { KnownTarget } from './target.js';

/** The person lacks a right. The view says which, and who can give it. */
export class MissingRightError extends UserError {
  readonly right: Right;

  constructor(right: Right) {
    super(`The right ${right} is missing.`, `Add the person or one of their roles to access.${right}.`);
    this.right = right;
  }
}

/** Throws MissingRightError unless the person has the right at this moment. */
export function requireRight(actor: Actor, access: Access, right: Right): void {
  if (!hasRight(actor, access, right)) throw new MissingRightError(right);
}

/** The right that this very interaction needs. Throws what the command throws for options that name nothing. */
export function rightOf(target: KnownTarget): Right {
  if (target.kind === 'command') return target.command.rightOf?.(target.given) ?? target.command.right;
  return target.action.rightOf?.(target.args) ?? target.action.right;
}
