import type { z } from 'zod';
import type { Outcome } from '../discord/interactions.js';
import { ids } from '../discord/seed.js';
import type { Sandbox } from '../discord/server.js';
import type { Message } from '../discord/world.js';
import { findButton, selectsOf } from '../driver/components.js';
import { as, type Done, type OpenModal, type Person } from '../driver/driver.js';
import { Refusal } from '../driver/parse-command.js';
import { commonFaults } from '../hub/common-faults.js';
import type { RunningHub } from '../hub/server.js';
import { showHub } from '../driver/show-hub.js';
import { showMessage, showOutcome } from '../driver/show.js';
import { requests, type RequestName, type RequestOf } from './requests.js';

/** What a request answers: text for a terminal, and the outcome for a page. */
export interface Performed {
  readonly text: string;
  readonly outcome?: Outcome;
}

/** By name; a body that does not fit throws ZodError. */
export type Perform = Readonly<Record<RequestName, (body: unknown) => Performed | Promise<Performed>>>;

function on<S extends z.ZodType>(schema: S, act: (request: z.infer<S>) => Performed | Promise<Performed>) {
  return (body: unknown) => act(schema.parse(body));
}

/** Drives the sandbox for people outside its process. Remembers the modal that each of them has open. */
export function createPerform(sandbox: Sandbox, hub: RunningHub): Perform {
  const modals = new Map<string, OpenModal>();

  function person({ as: who, channel }: { as: string; channel?: string | undefined }): Person {
    const found = [...sandbox.world.channels.values()].find(
      ({ id, name }) => id === channel || name === channel,
    );
    if (channel !== undefined && !found) throw new Refusal(`There is no channel ${channel}.`);
    return as(sandbox, who, found?.id ?? ids.channels.training);
  }

  function told(who: Person, done: Done, message?: Message): Performed {
    const { outcome } = done;
    if (outcome.kind === 'modal')
      modals.set(who.userId, { modal: outcome.modal, ...(message && { message }) });
    return { outcome, text: showOutcome(outcome, sandbox.world.clock.now()) };
  }

  return {
    say: on(requests.say, async (request) => {
      const who = person(request);
      return told(who, await who.command(request.text));
    }),
    press: on(requests.press, async (request) => {
      const who = person(request);
      const { label, customId = label } = request;
      const message = findTarget(who, request.message, (one) => findButton(one, customId) !== undefined);
      return told(who, await who.press(message, customId), message);
    }),
    choose: on(requests.choose, async (request) => {
      const who = person(request);
      const message = findTarget(who, request.message, (one) => selectsOf(one).length > 0);
      return told(who, await who.choose(message, request.values, request.customId), message);
    }),
    fill: on(requests.fill, async (request) => {
      const who = person(request);
      const open = modals.get(who.userId);
      if (!open) throw new Refusal('No modal is open.');
      const done = await who.submit(open, request.fields);
      // As in Discord, a modal stays open when its answer fails.
      if (done.outcome.kind !== 'failed') modals.delete(who.userId);
      return told(who, done);
    }),
    complete: on(requests.complete, async (request) => {
      const who = person(request);
      const choices = await who.complete(
        request.command,
        request.option,
        request.text,
        request.others,
        request.branch,
      );
      const outcome = { kind: 'choices' as const, choices };
      return { outcome, text: showOutcome(outcome, sandbox.world.clock.now()) };
    }),
    show: on(requests.show, (request) => {
      const now = sandbox.world.clock.now();
      const shown = person(request).messages().slice(-request.last);
      return { text: shown.map((message) => showMessage(message, now)).join('\n\n') || 'Nothing here yet.' };
    }),
    fault: on(requests.fault, (request) => {
      makeFault(sandbox, request);
      return { text: sandbox.faults.describe().join('; ') || 'No fault is on.' };
    }),
    hub: on(requests.hub, ({ token, fault, clear }) => {
      if (clear === true) hub.faults.clear();
      if (fault !== undefined) hub.faults.add(commonFaults[fault]);
      if (token !== undefined) hub.botToken.become(token);
      hub.changed();
      return { text: showHub(hub) };
    }),
    clock: on(requests.clock, ({ advanceSeconds }) => {
      sandbox.world.clock.advance(advanceSeconds * 1000);
      return { text: `It is ${new Date(sandbox.world.clock.now()).toISOString()} now.` };
    }),
    role: on(requests.role, (request) => {
      const { userId } = as(sandbox, request.user);
      const member = sandbox.world.members.get(userId);
      const role = [...sandbox.world.roles.values()].find(
        ({ id, name }) => id === request.role || name === request.role,
      );
      if (!member || !role) throw new Refusal(`There is no role ${request.role}.`);
      if (request.held) member.roles.add(role.id);
      else member.roles.delete(role.id);
      return {
        text: `${member.user.globalName} ${request.held ? 'has' : 'does not have'} the role ${role.name} now.`,
      };
    }),
  };
}

function findTarget(who: Person, id: string | undefined, fits: (message: Message) => boolean): Message {
  const seen = who.messages();
  const found = id === undefined ? seen.findLast(fits) : seen.find((message) => message.id === id);
  if (!found) throw new Refusal('There is no such message in this channel.');
  return found;
}

function makeFault({ faults, gateway }: Sandbox, request: RequestOf<'fault'>): void {
  if (request.clear === true) faults.clear();
  if (request.delayMs !== undefined) faults.delay(request.delayMs);
  if (request.errors !== undefined) faults.answer({ with: 500, count: request.errors });
  if (request.awaySeconds !== undefined) {
    faults.goAway(request.awaySeconds * 1000);
    gateway.cut();
  }
  if (request.gateway === 'cut') gateway.cut();
  if (request.gateway === 'reconnect') gateway.askReconnect();
  if (request.gateway === 'invalidate') gateway.invalidate(false);
  if (request.closeCode !== undefined) gateway.close(request.closeCode);
}
