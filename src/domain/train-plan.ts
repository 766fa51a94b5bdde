import type { Finding, Launch, PinnedFile } from './plan.js';

/** The settings of a training that a person may override; the manifest says which flag carries each. */
export const overrideKeys = [
  'model',
  'dataset',
  'epochs',
  'max_steps',
  'batch_size',
  'learning_rate',
] as const;
export type OverrideKey = (typeof overrideKeys)[number];
export type Overrides = Readonly<Partial<Record<OverrideKey, string | number>>>;

/** One setting as it will run, and what the config file says where that differs. */
export interface PlannedSetting {
  /** `learning_rate`, `lora_r` … as in the manifest. */
  readonly key: string;
  readonly label: string;
  readonly value: string | number | boolean;
  /** The value in the config file, when an override replaces it. */
  readonly fileValue?: string | number | boolean;
}

export interface PlannedDataset extends PinnedFile {
  /** As shown: relative to the toolset root where it lies within. */
  readonly name: string;
  readonly examples: number;
  /** kto only: how many examples carry each label. */
  readonly labels?: { readonly desirable: number; readonly undesirable: number };
}

/** Columns of the method's metrics, from the manifest: what is shown and which way is good. */
export interface MetricColumn {
  /** Key in the log, e.g. `rewards/margins`. */
  readonly key: string;
  /** Short head for tables, e.g. `Margin`. */
  readonly label: string;
  readonly better: 'lower' | 'higher' | 'none';
  /** Whether the picture of a run has a curve of it; absent: when one way is good. */
  readonly chart?: boolean | undefined;
  /** The one to watch. */
  readonly main?: boolean;
}

/** Where a run's files will appear and how to read them. Paths are absolute. */
export interface RunLayout {
  /** `folders`: each run makes a folder in `runsDir`. `single`: one output, overwritten by each run (mlx). */
  readonly kind: 'folders' | 'single';
  readonly runsDir: string;
  /** Relative to the run folder: where logs are, and which are one (glob with `*`). */
  readonly logs: string;
  readonly logFormat: 'flat' | 'nested';
  /** `nested` only: the key of a log line whose object holds the figures, e.g. `metrics`. */
  readonly metricsKey?: string;
  /** Relative to the run folder; `*` stands for the step: `checkpoints/checkpoint-*`, folders or files. */
  readonly checkpoints: string;
  /** Relative to the run folder. */
  readonly finalModel: string;
  /** Names of the files that hold weights (`*` for any characters); absent: the usual ones. */
  readonly weights?: readonly string[];
  /** Folders where runs of an older layout lie; nothing new is written there. */
  readonly oldRunsDirs?: readonly string[];
}

export interface TrainPlan {
  readonly kind: 'train';
  readonly platform: string;
  readonly method: string;
  readonly methodLabel: string;
  readonly settings: readonly PlannedSetting[];
  readonly columns: readonly MetricColumn[];
  readonly dataset?: PlannedDataset;
  readonly configFile: PinnedFile;
  readonly effectiveBatch?: number;
  /** Computed: epochs × ceil(examples / effective batch), or max_steps. Absent where it cannot be known. */
  readonly totalSteps?: number;
  readonly epochs?: number;
  readonly launch: Launch;
  readonly layout: RunLayout;
  readonly resumeFrom?: { readonly path: string; readonly label: string; readonly step?: number };
  readonly dryRun: boolean;
  readonly note?: string;
  readonly overrides: Overrides;
  readonly findings: readonly Finding[];
}

/** A setting's value by key, or undefined. */
export function settingOf(plan: TrainPlan, key: string): PlannedSetting | undefined {
  return plan.settings.find((setting) => setting.key === key);
}
