import { hasRight, type Access, type Actor, type Right } from '../domain/access.js';
import { UserError } from '../domain/user-error.js';

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
