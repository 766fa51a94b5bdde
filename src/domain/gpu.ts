/** A card at one moment. What the driver does not tell (`[N/A]`) is absent. */
export interface GpuCard {
  /** As nvidia-smi counts, in the order of the PCI bus. */
  readonly index: number;
  /** Absent where the system gives none (Apple Silicon). */
  readonly uuid?: string;
  readonly name: string;
  readonly usePercent?: number;
  readonly usedMiB?: number;
  readonly totalMiB?: number;
  readonly temperatureCelsius?: number;
  readonly powerWatts?: number;
  readonly powerLimitWatts?: number;
}

/** A program on one card; of a program on several there are several. */
export interface GpuProgram {
  readonly pid: number;
  readonly name: string;
  /** Absent where the driver does not tell it (`[N/A]`, e.g. on WSL). */
  readonly usedMiB?: number;
  readonly gpuUuid: string;
}

/** A card over a short time of the last hour: means of use and power, the most of memory and temperature. */
export interface GpuSample {
  /** Epoch ms. */
  readonly at: number;
  readonly usePercent?: number;
  readonly usedMiB?: number;
  readonly temperatureCelsius?: number;
  readonly powerWatts?: number;
}

/** What can be said of the cards of this host. */
export type GpuState =
  /** Nothing was read yet. */
  | { readonly name: 'looking' }
  /** There is nothing to read. */
  | { readonly name: 'absent' }
  /** There is something, and it does not answer. */
  | { readonly name: 'failing'; readonly why: string }
  | { readonly name: 'read' };

/** A program on a card, and the job it belongs to. */
export interface NamedProgram extends Omit<GpuProgram, 'gpuUuid'> {
  readonly jobId?: number;
}

export interface GpuCardView {
  readonly card: GpuCard;
  /** The largest first. */
  readonly programs: readonly NamedProgram[];
  /** Numbers of the jobs that have this card. */
  readonly jobIds: readonly number[];
  /** The last hour, oldest first. */
  readonly history: readonly GpuSample[];
}

/** All cards of this host at one moment. */
export interface GpuOverview {
  readonly state: GpuState;
  readonly cards: readonly GpuCardView[];
  /** Epoch ms. */
  readonly at: number;
}
