import { z } from 'zod';
import type { Overrides } from '../domain/train-plan.js';
import { UserError } from '../domain/user-error.js';
import type { TrainingChoice, TrainRequest } from '../services/training/training-desk.js';
import type { OptionValues } from './command.js';

/** What a person asked for, before platform and method are settled. */
export interface OpenRequest {
  readonly platform?: string | undefined;
  readonly method?: string | undefined;
  readonly overrides: Overrides;
  readonly resumeFrom?: string | undefined;
  readonly dryRun: boolean;
  readonly note?: string | undefined;
}

const overrideShape = {
  model: z.string().optional(),
  dataset: z.string().optional(),
  epochs: z.number().optional(),
  max_steps: z.number().optional(),
  batch_size: z.number().optional(),
  learning_rate: z.union([z.string(), z.number()]).optional(),
};

const optionsSchema = z.object({
  ...overrideShape,
  platform: z.string().optional(),
  method: z.string().optional(),
  resume_from: z.string().optional(),
  dry_run: z.boolean().optional(),
  note: z.string().optional(),
});

/** Parses the options of `/train`. Throws UserError for a number that is none. */
export function parseTrainOptions(options: OptionValues): OpenRequest {
  const { platform, method, resume_from, dry_run, note, learning_rate, ...rest } =
    optionsSchema.parse(options);
  const overrides: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(rest)) {
    const given = typeof value === 'string' ? value.trim() : value;
    if (given !== undefined && given !== '') overrides[key] = given;
  }
  if (learning_rate !== undefined) overrides['learning_rate'] = parseNumber('Learning rate', learning_rate);
  return { platform, method, overrides, resumeFrom: resume_from, dryRun: dry_run ?? false, note };
}

const numberForm = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number as people write it: `2e-6`, `0.00002`, `.5`. Throws UserError for anything else. */
export function parseNumber(label: string, text: string | number): number {
  const written = String(text).trim();
  if (numberForm.test(written) && Number.isFinite(Number(written))) return Number(written);
  throw new UserError(
    `${label} is not a number: "${written.slice(0, 60)}".`,
    'Write it with a point and without separators, for example 3, 0.5 or 2e-6.',
  );
}

const draftSchema = z.object({
  requestedBy: z.string(),
  request: z.object({
    platform: z.string().optional(),
    method: z.string().optional(),
    overrides: z.object({ ...overrideShape, learning_rate: z.number().optional() }),
    resumeFrom: z.string().optional(),
    dryRun: z.boolean(),
    note: z.string().optional(),
  }),
});

/** A request that waits for the choice of platform and method. */
export interface TrainDraft {
  readonly requestedBy: string;
  readonly request: OpenRequest;
}

export function writeDraft(draft: TrainDraft): string {
  return JSON.stringify(draft);
}

/** Throws when the text is not a draft that this program wrote. */
export function readDraft(json: string): TrainDraft {
  const { requestedBy, request } = draftSchema.parse(JSON.parse(json));
  return { requestedBy, request: { ...request, overrides: withoutAbsent(request.overrides) } };
}

function withoutAbsent(values: Readonly<Record<string, string | number | undefined>>): Overrides {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The choices that the request leaves open. Throws UserError where none is possible, naming those that are. */
export function possibleChoices(
  choices: readonly TrainingChoice[],
  { platform, method }: Pick<OpenRequest, 'platform' | 'method'>,
): readonly [TrainingChoice, ...TrainingChoice[]] {
  const [first, ...others] = choices.filter(
    (choice) =>
      (platform === undefined || choice.platform === platform) &&
      (method === undefined || choice.method === method),
  );
  if (first !== undefined) return [first, ...others];
  if (choices.length === 0) {
    throw new UserError(
      'The toolset has nothing that can be trained on this machine.',
      'Check toolset.root in the settings, and run npm run doctor on the host.',
    );
  }
  const asked = [method, platform && `on ${platform}`].filter(Boolean).join(' ');
  throw new UserError(
    `There is no training "${asked}" here.`,
    `Choose one of: ${choices.map((choice) => `${choice.method} on ${choice.platform}`).join(', ')}.`,
  );
}

/** The request with platform and method settled. */
export function settleRequest(request: OpenRequest, choice: TrainingChoice): TrainRequest {
  const note = request.note?.trim();
  return {
    platform: choice.platform,
    method: choice.method,
    overrides: request.overrides,
    dryRun: request.dryRun,
    ...(request.resumeFrom === undefined ? {} : { resumeFrom: request.resumeFrom }),
    ...(note === undefined || note === '' ? {} : { note }),
  };
}
