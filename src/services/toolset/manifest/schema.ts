import { z } from 'zod';
import { overrideKeys } from '../../../domain/train-plan.js';

/** Kinds of environment a platform needs, each with its own check. */
export const environmentKinds = ['cuda', 'metal', 'none'] as const;
export type EnvironmentKind = (typeof environmentKinds)[number];

/** A path below the folder that the manifest names for it: a manifest cannot lead out of the toolset. */
const innerPath = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
    error: 'must be a path within the toolset\nWrite it relative, with / and without ..',
  });
const pattern = innerPath.refine((path) => path.split('*').length <= 2, {
  error: 'may have one * at most\nLet one * stand for what differs',
});
const dotted = z.string().regex(/^[^.\s]+(\.[^.\s]+)*$/, {
  error: 'is no place in a config file\nWrite the keys with dots between, e.g. training.learning_rate',
});
const flag = z.string().regex(/^--?[A-Za-z][\w-]*$/, {
  error: 'is no flag\nWrite it as the trainer takes it, e.g. --learning-rate',
});
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const settingSchema = z.strictObject({
  label: z.string().min(1).max(40),
  /** Where the value stands in the config file; absent: only the default is known. */
  at: dotted.optional(),
  type: z.enum(['text', 'integer', 'number', 'boolean']),
  min: z.number().optional(),
  max: z.number().optional(),
  /** Exclusive lower bound. */
  above: z.number().optional(),
  /** What the trainer takes when the config does not say. */
  default: scalar.optional(),
  /** `false`: computed with, but not shown in plans. */
  shown: z.boolean().optional(),
});

export const flagKeys = [...overrideKeys, 'resume', 'dry_run'] as const;

const columnSchema = z.strictObject({
  key: z.string().min(1),
  label: z.string().min(1).max(8),
  better: z.enum(['lower', 'higher', 'none']),
  main: z.boolean().optional(),
  chart: z.boolean().optional(),
});

export const methodSchema = z.strictObject({
  label: z.string().min(1).max(60),
  folder: innerPath,
  config: innerPath,
  program: z.array(z.string().min(1)).min(1),
  settings: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), settingSchema),
  dataset: z.strictObject({
    shape: z.enum(['sft', 'kto', 'dpo', 'any', 'none']),
    /** Where the config names the file, relative to the trainer's folder. */
    at: dotted.optional(),
    /** Where the config names a dataset that the trainer fetches itself. */
    remote: dotted.optional(),
  }),
  flags: z.partialRecord(z.enum(flagKeys), flag),
  runs: z.strictObject({
    kind: z.enum(['folders', 'single']),
    folder: innerPath,
    /** Where the config names another folder for the runs, relative to the trainer's folder. */
    at: dotted.optional(),
    old: z.array(innerPath).optional(),
  }),
  log: z
    .strictObject({ files: pattern, format: z.enum(['flat', 'nested']), key: z.string().min(1).optional() })
    .refine((log) => log.format === 'flat' || log.key !== undefined, {
      error: 'is nested, but does not say under which key\nAdd `key`, e.g. key: metrics',
    }),
  checkpoints: pattern.refine((path) => path.includes('*'), {
    error: 'does not say where the step stands\nPut * there, e.g. checkpoints/checkpoint-*',
  }),
  finalModel: innerPath,
  weights: z.array(z.string().min(1)).min(1).optional(),
  columns: z.array(columnSchema).min(1),
});

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, {
  error: 'is no name\nUse small letters, digits, - and _, at most 32, a letter first',
});

/** A folder within the toolset, or in the home folder of the user that runs the bot. */
const nearPath = z.union([z.string().regex(/^~\/[^/]/), innerPath], {
  error: 'is no folder\nWrite it relative to the toolset, or as ~/FOLDER',
});
const programName = z.string().regex(/^[\w.+-]+$/);

/** What the program needs to make GGUF files. */
const llamaCppSchema = z.strictObject({
  /** Where it looks for llama.cpp when it uploads a model of a run. */
  folders: z.array(nearPath).min(1),
  /** Programs on the PATH with which it fetches and builds llama.cpp where it is in none of them; absent: it does not. */
  build: z.array(programName).min(1).optional(),
  /** Where it looks for the GGUF files of a repository on the Hub, where that differs; it builds nothing then. */
  ofRepository: z.array(nearPath).min(1).optional(),
  /** Paths in such a folder, one of which has to be there. */
  programs: z.array(innerPath).min(1),
});

export const uploadSchema = z.strictObject({
  module: z.string().regex(/^\w+(\.\w+)*$/),
  cwd: innerPath,
  flags: z.partialRecord(
    z.enum([
      'saveMethod',
      'gguf',
      'quantizations',
      'private',
      'lineage',
      'outputDir',
      'ggufOnly',
      'modelSize',
    ]),
    flag,
  ),
  /** Values of the flag `modelSize`, with the billions of parameters that they stand for. */
  modelSizes: z.record(z.string().regex(/^\w+$/), z.number().positive()).default({}),
  /** Quantizations of GGUF files that it knows, the usual ones first, with their bits a weight. */
  quantizations: z
    .record(
      z.string().regex(/^[A-Z][A-Z0-9_]*$/, {
        error: 'is no quantization\nWrite it in capitals, e.g. Q4_K_M',
      }),
      z.number().positive().max(32),
    )
    .default({}),
  /** How many of the first are taken where a person names none. */
  usualQuantizations: z.int().min(1).default(3),
  llamaCpp: llamaCppSchema.optional(),
});

/** A manifest with the platform's defaults worked into each method. */
export const manifestSchema = z.strictObject({
  title: z.string().min(1),
  detect: z.array(innerPath).min(1),
  priority: z.number().default(0),
  python: z.strictObject({ conda: z.string().min(1) }).optional(),
  datasets: z.array(innerPath).min(1),
  platforms: z.record(
    name,
    z.strictObject({
      label: z.string().min(1).max(60),
      environment: z.enum(environmentKinds),
      methods: z.record(name, methodSchema),
    }),
  ),
  upload: uploadSchema.optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type MethodManifest = z.infer<typeof methodSchema>;
export type SettingManifest = z.infer<typeof settingSchema>;
export type UploadProgram = z.infer<typeof uploadSchema>;
