import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Outcome } from '../discord/interactions.js';
import type { Extension, Sandbox } from '../discord/server.js';
import type { RunningHub } from '../hub/server.js';
import { Refusal } from '../driver/parse-command.js';
import { isOwn } from './guard.js';
import { createPerform } from './perform.js';
import { isRequestName } from './requests.js';

const maxRequestBytes = 100_000;

/** `POST /sandbox/NAME` with a JSON body: what a driver may ask for. Answers `{text, outcome}`, or `{error}` with 400. */
export function createControl(sandbox: Sandbox, hub: RunningHub): Extension {
  const perform = createPerform(sandbox, hub);
  return (request, response, url) => {
    const name = /^\/sandbox\/([a-z]+)$/.exec(url.pathname)?.[1];
    if (name === undefined || request.method !== 'POST' || !isRequestName(name)) return false;
    if (!isOwn(request)) answer(response, 403, { error: 'Only from this machine.' });
    // A form of another page can send everything but this type without asking first.
    else if (request.headers['content-type'] !== 'application/json') {
      answer(response, 415, { error: 'application/json, please.' });
    } else {
      readText(request)
        .then((text) => perform[name](JSON.parse(text)))
        .then(({ text, outcome }) =>
          answer(response, 200, { text, ...(outcome && { outcome: brief(outcome) }) }),
        )
        .catch((error: unknown) => answer(response, 400, { error: explain(error) }));
    }
    return true;
  };
}

/** What a page needs of an outcome; the message itself comes on the live feed. */
function brief(outcome: Outcome): object {
  return 'message' in outcome ? { kind: outcome.kind, messageId: outcome.message.id } : outcome;
}

function explain(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) {
    text += String(piece);
    if (text.length > maxRequestBytes) throw new Refusal('That is too long.');
  }
  return text;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
}
