import { RESTJSONErrorCodes, Routes } from 'discord-api-types/v10';
import { DiscordAPIError, type REST } from 'discord.js';
import type { Logger } from 'pino';

/**
 * What became of a first response. `already`: there had been one before, ours whose confirmation was lost. `gone`: it
 * came too late, and Discord has told the person that the interaction failed: nothing may be done on its behalf.
 */
export type Taken = 'taken' | 'already' | 'gone';

/** Sends the first response to an interaction. Rejects when Discord refuses its content or cannot be reached. */
export async function respondFirst(
  rest: REST,
  interaction: { readonly id: string; readonly token: string },
  body: unknown,
  log: Logger,
): Promise<Taken> {
  try {
    return await post(rest, interaction, body, log);
  } catch (error) {
    if (error instanceof DiscordAPIError) throw error;
    // The connection may have been cut after the effect: a second try then learns so (40060).
    log.warn({ err: error }, 'first response not confirmed, trying again');
    return post(rest, interaction, body, log);
  }
}

async function post(
  rest: REST,
  interaction: { readonly id: string; readonly token: string },
  body: unknown,
  log: Logger,
): Promise<Taken> {
  try {
    await rest.post(Routes.interactionCallback(interaction.id, interaction.token), { body, auth: false });
    return 'taken';
  } catch (error) {
    const code = error instanceof DiscordAPIError ? error.code : undefined;
    if (code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged) {
      log.warn({ code }, 'interaction was answered already');
      return 'already';
    }
    if (code === RESTJSONErrorCodes.UnknownInteraction) {
      log.warn({ code }, 'interaction answered too late');
      return 'gone';
    }
    throw error;
  }
}
