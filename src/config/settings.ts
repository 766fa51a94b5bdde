import type { Access } from '../domain/access.js';
import type { Fault } from '../domain/fault.js';
import type { LevelChoices } from '../domain/sentinel/rule-names.js';
import type { Thresholds } from '../domain/sentinel/thresholds.js';
import type { EnvironmentKind, Manifest } from '../services/toolset/manifest/schema.js';

/** Everything that the program is told from outside. Paths are absolute. */
export interface Settings {
  /** The settings file that was read. */
  readonly file: string;
  readonly discord: {
    readonly token: string;
    /** Another server that speaks Discord's API, without a slash at its end; absent: Discord's own. */
    readonly apiUrl?: string;
    readonly guild: string;
    /** Where job messages go; absent: where the command was given. */
    readonly channel?: string;
  };
  readonly toolset: {
    readonly root: string;
    readonly manifest: Manifest;
    /** The manifest's file, for messages. */
    readonly manifestFile: string;
    /** `auto`, an absolute path, or the name of a program on the PATH. */
    readonly python: string;
    /** In place of what the manifest says for each platform; absent: the manifest's word. */
    readonly environment?: EnvironmentKind;
  };
  readonly access: Access;
  readonly jobs: {
    readonly cancelGraceSeconds: number;
    /** How many jobs at once, or on which GPUs; absent: one a GPU. */
    readonly slots?: number | readonly number[];
  };
  /** What one person may have or do; administrators are bound by the last alone. */
  readonly limits: {
    readonly plansOpen: number;
    readonly jobsWaiting: number;
    readonly commandsPerMinute: number;
  };
  readonly sentinel: {
    readonly thresholds: Thresholds;
    /** What rules do where nobody set them in Discord. */
    readonly levels: LevelChoices;
  };
  readonly dataDir: string;
  readonly secrets: Secrets;
  /** Environment of the process without any secret: for probes and, with the secrets, for the toolset's programs. */
  readonly publicEnv: Readonly<Record<string, string>>;
  readonly logLevel: string;
}

/** What is handed to the toolset's programs through their environment, and shown nowhere. */
export interface Secrets {
  readonly hfToken?: string;
  readonly hfUsername?: string;
  readonly hfEndpoint?: string;
  readonly wandbApiKey?: string;
}

export type SettingsResult =
  | { readonly settings: Settings; readonly faults?: undefined }
  | { readonly settings?: undefined; readonly faults: readonly Fault[] };

/** What to add to a child's environment so that the toolset's programs can reach the Hub and Weights & Biases. */
export function secretsEnv({ secrets }: Pick<Settings, 'secrets'>): Readonly<Record<string, string>> {
  return {
    // Programs read either name.
    ...(secrets.hfToken !== undefined && { HF_TOKEN: secrets.hfToken, HF_API_KEY: secrets.hfToken }),
    ...(secrets.hfUsername !== undefined && { HF_USERNAME: secrets.hfUsername }),
    ...(secrets.hfEndpoint !== undefined && { HF_ENDPOINT: secrets.hfEndpoint }),
    ...(secrets.wandbApiKey !== undefined && { WANDB_API_KEY: secrets.wandbApiKey }),
  };
}

/** Texts that must appear in no log line, row or message. Shorter ones are no secrets, and hiding them would garble texts. */
export function secretTexts({ discord, secrets }: Pick<Settings, 'discord' | 'secrets'>): readonly string[] {
  const texts = [discord.token, secrets.hfToken, secrets.wandbApiKey];
  return texts.filter((text) => text !== undefined).filter((text) => text.length >= 6);
}
