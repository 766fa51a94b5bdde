import type { APIModalInteractionResponseCallbackData } from 'discord-api-types/v10';

/** What came of a request, as the sandbox's control interface answers. */
export interface Answer {
  readonly text?: string;
  /** A refusal, for people. */
  readonly error?: string;
  readonly outcome?: {
    readonly kind: string;
    readonly modal?: APIModalInteractionResponseCallbackData;
    readonly choices?: readonly { readonly name: string; readonly value: string | number }[];
  };
}

/** `POST /sandbox/NAME`. Never throws: a sandbox that is gone is told as an error. */
export async function ask(name: string, body: object): Promise<Answer> {
  try {
    const response = await fetch(`/sandbox/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Answer;
  } catch {
    return { error: 'The sandbox does not answer: is it still running?' };
  }
}
