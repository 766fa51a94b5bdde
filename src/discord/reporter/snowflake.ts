import type { Snowflake } from '../../domain/job.js';

/** Discord's epoch, the first second of 2015 (https://docs.discord.com/developers/reference#snowflakes). */
const epochMs = 1_420_070_400_000n;

/** The smallest snowflake of that millisecond, for `after` and `before`. */
export function snowflakeAt(ms: number): Snowflake {
  const since = BigInt(Math.floor(ms)) - epochMs;
  return ((since < 0n ? 0n : since) << 22n).toString();
}

/** When Discord made it, epoch ms. Throws SyntaxError when it is not a number. */
export function timeOfSnowflake(snowflake: Snowflake): number {
  return Number((BigInt(snowflake) >> 22n) + epochMs);
}
