/** First second of 2015, from which ids count (https://docs.discord.com/developers/reference#snowflakes). Epoch ms. */
const discordEpochMs = 1_420_070_400_000n;

/** Gives ids that grow, each carrying its time: 42 bits of ms, then a counter of 22 bits. */
export function createSnowflakes(now: () => number): () => string {
  let counter = 0n;
  return () => {
    counter = (counter + 1n) & 0x3f_ffffn;
    return (((BigInt(Math.floor(now())) - discordEpochMs) << 22n) | counter).toString();
  };
}

/** When an id was made, epoch ms. */
export function timeOf(id: string): number {
  return Number((BigInt(id) >> 22n) + discordEpochMs);
}

/** Whether a text can be an id at all. */
export function isSnowflake(text: unknown): text is string {
  return typeof text === 'string' && /^\d{15,20}$/.test(text);
}
