/** Something wrong in settings, environment or manifest: where, what, and how to mend it. */
export interface Fault {
  /** `discord.guild`, `DISCORD_TOKEN`, `synaptic-2026.yaml: platforms.rtx.label` … */
  readonly key: string;
  readonly message: string;
  readonly remedy: string;
}
