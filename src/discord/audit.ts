import type { Snowflake } from '../domain/job.js';
import { cut } from './limits.js';

/** Who did what where, and how it came out: one entry an interaction, autocompletions excepted. */
export interface AuditEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly interactionId: Snowflake;
  readonly kind: 'command' | 'press' | 'modal';
  /** `train`, `jobs cancel`, or `namespace:action` of a custom_id; `unknown` for one that leads nowhere. */
  readonly name: string;
  readonly userId: Snowflake;
  readonly guildId?: Snowflake;
  readonly channelId?: Snowflake;
  /** Options, arguments, chosen values or fields as they were given, each cut to 200 characters. Carries no secrets. */
  readonly input: Readonly<Record<string, unknown>>;
  /** `refused`: a right, a limit or a UserError stood against it. `failed`: a defect. */
  readonly outcome: 'done' | 'refused' | 'failed';
  /** Why it was refused, or the reference under which the failure stands in the log. */
  readonly detail?: string;
}

const valueLength = 200;

/** What was given with an interaction, short enough to be kept. */
export function shortInput(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [cut(key, 100), shorten(value)]));
}

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return cut(value, valueLength);
  if (Array.isArray(value)) return value.slice(0, 25).map(shorten);
  return value;
}
