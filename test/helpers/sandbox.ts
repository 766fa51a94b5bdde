import { onTestFinished } from 'vitest';
import { ids } from '../../sandbox/discord/seed.js';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/discord/server.js';
import type { Message } from '../../sandbox/discord/world.js';
import { as, type Person } from '../../sandbox/driver/driver.js';
import { showMessage } from '../../sandbox/driver/show.js';

export { ids } from '../../sandbox/discord/seed.js';
export { as } from '../../sandbox/driver/driver.js';
export type { Sandbox } from '../../sandbox/discord/server.js';
export type { Message } from '../../sandbox/discord/world.js';

/** A sandbox of its own for one test, stopped after it. */
export async function makeSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

/** Everything that anybody sees in the channel, oldest first. */
export function messagesIn(sandbox: Sandbox, channelId: string = ids.channels.training): readonly Message[] {
  return sandbox.world.messages.get(channelId) ?? [];
}

export function textOf(message: Message): string {
  return showMessage(message, Date.now());
}

/** The newest message that this person sees and whose text fits. */
export function findShown(person: Person, pattern: RegExp): Message | undefined {
  return person.messages().findLast((message) => pattern.test(textOf(message)));
}

/** Refusals of the sandbox so far that a well-behaved bot never draws: bad forms, speed. */
export function badAnswers({ counts }: Sandbox): readonly string[] {
  return counts.refusals
    .filter(({ status, code }) => status === 400 || status === 429 || code === 30046)
    .map(({ route, status, message }) => `${route}: ${status} ${message}`);
}

export function trainer(sandbox: Sandbox): Person {
  return as(sandbox, 'tess');
}
