import { z } from 'zod';
import { tokenKinds, type TokenKind } from '../hub/bot-token.js';
import { commonFaults, type CommonFault } from '../hub/common-faults.js';

const who = z.object({ as: z.string().default('tom'), channel: z.string().optional() });
const aimed = who.extend({ message: z.string().optional() });
const option = z.object({
  name: z.string(),
  type: z.number(),
  value: z.union([z.string(), z.number(), z.boolean()]),
});

/** What a driver may ask for: `POST /sandbox/NAME` with such a body. */
export const requests = {
  /** Types a slash command. */
  say: who.extend({ text: z.string() }),
  /** Presses a button by its label, of a message or of the newest that has it; or by its custom_id. */
  press: aimed.extend({ label: z.string().default(''), customId: z.string().optional() }),
  /** Chooses from a select menu. */
  choose: aimed.extend({ values: z.array(z.string()), customId: z.string().optional() }),
  /** Fills in the modal that is open, and sends it. */
  fill: who.extend({ fields: z.record(z.string(), z.string()) }),
  /** What autocomplete offers. */
  complete: who.extend({
    command: z.string(),
    /** The subcommand. */
    branch: z.string().optional(),
    option: z.string(),
    text: z.string(),
    others: z.array(option).default([]),
  }),
  /** The last messages as text. */
  show: who.extend({ last: z.number().int().min(1).default(5) }),
  /** What is to be wrong. `clear` ends everything else. */
  fault: z.object({
    awaySeconds: z.number().optional(),
    delayMs: z.number().optional(),
    errors: z.number().int().optional(),
    gateway: z.enum(['cut', 'reconnect', 'invalidate']).optional(),
    closeCode: z.number().int().optional(),
    clear: z.boolean().optional(),
  }),
  /** The bot's token at the stand-in Hub, and what goes wrong there. Nothing given = what it holds. */
  hub: z.object({
    token: z.enum(Object.keys(tokenKinds) as [TokenKind, ...TokenKind[]]).optional(),
    fault: z.enum(Object.keys(commonFaults) as [CommonFault, ...CommonFault[]]).optional(),
    clear: z.boolean().optional(),
  }),
  clock: z.object({ advanceSeconds: z.number().positive() }),
  /** Gives a role to somebody or takes it away. */
  role: z.object({ user: z.string(), role: z.string(), held: z.boolean() }),
} as const;

export type RequestName = keyof typeof requests;
export type RequestOf<N extends RequestName> = z.infer<(typeof requests)[N]>;

export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}
