import { z } from 'zod';
import { environmentKinds } from '../services/toolset/manifest/schema.js';
import { sentinelSchema } from './sentinel-schema.js';

/** Discord's ids have 17 to 20 digits (a snowflake is 64 bits, the first of 2015 have 17). */
const snowflakeForm = /^\d{17,20}$/;

const howToCopy =
  'Turn on Settings > Advanced > Developer Mode in Discord, right-click the server, channel, role or user, Copy ID';

/** An id. As a YAML number it has lost digits already (it exceeds 2^53), so a number is refused. */
const snowflake = z
  .string({ error: ({ input }) => idProblem(input) })
  .regex(snowflakeForm, { error: `is no id of Discord\n${howToCopy}` });

function idProblem(input: unknown): string | undefined {
  if (input === undefined) return `is missing\n${howToCopy}`;
  if (typeof input !== 'number') return undefined;
  return 'is a number, and a number of this length loses digits\nQuote it: "<id>"';
}

/** An empty text stands for "not set", so that a settings file may show every key. */
const emptyAsAbsent = (value: unknown): unknown => (value === '' || value === null ? undefined : value);
const ids = z.array(snowflake).default([]);

const toolsetSchema = z.strictObject({
  root: z.preprocess(emptyAsAbsent, z.string().optional()),
  manifest: z.string().min(1).default('auto'),
  python: z.string().min(1).default('auto'),
  environment: z.enum([...environmentKinds, 'auto']).default('auto'),
});

const slots = z.union([z.int().min(1).max(64), z.array(z.int().min(0)).min(1)], {
  error: 'must be a number of slots or a list of GPU indexes\nE.g. slots: [0, 1]',
});

/** A whole number of at least 1. 10,000 stands for no limit: nobody comes to it. */
const limitOf = (key: string, usual: number) => {
  const error = `must be a whole number from 1 to 10000\nE.g. ${key}: ${usual}`;
  return z.int({ error }).min(1, { error }).max(10_000, { error }).default(usual);
};

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** The settings file. Names are fixed, so that people's files go on working; sections may be left out. */
export const settingsSchema = z.strictObject({
  discord: z
    .strictObject({
      guild: z.preprocess(emptyAsAbsent, snowflake),
      channel: z.preprocess(emptyAsAbsent, snowflake.optional()),
    })
    // Not left out: that the guild is missing shall be told by its own key.
    .prefault({ guild: undefined }),
  toolset: toolsetSchema.prefault({}),
  access: z.strictObject({ view: ids, train: ids, upload: ids, administer: ids }).prefault({}),
  jobs: z
    .strictObject({
      cancelGraceSeconds: z.number().min(0).max(3600).default(20),
      slots: slots.optional(),
    })
    .prefault({}),
  limits: z
    .strictObject({
      plansOpen: limitOf('plansOpen', 5),
      jobsWaiting: limitOf('jobsWaiting', 10),
      commandsPerMinute: limitOf('commandsPerMinute', 30),
    })
    .prefault({}),
  sentinel: sentinelSchema.prefault({}),
  log: z.strictObject({ level: z.enum(logLevels).default('info') }).prefault({}),
});

export type SettingsFile = z.infer<typeof settingsSchema>;
