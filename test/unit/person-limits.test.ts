import { describe, expect, test } from 'vitest';
import type { Access, Actor } from '../../src/domain/access.js';
import { planLifetimeMs, type Plan } from '../../src/domain/plan.js';
import { UserError } from '../../src/domain/user-error.js';
import { createCommandLimit } from '../../src/services/limits/command-limit.js';
import { createPlanLimits } from '../../src/services/limits/plan-limits.js';
import { createPlanDesk } from '../../src/services/plans/create-plan-desk.js';
import { errorMessage } from '../../src/views/error-message.js';
import { checkMessage } from '../helpers/discord-limits.js';
import { admin, alice, bob, nobody, openJobs, plainKind } from '../helpers/jobs.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { makeTrainPlan } from '../helpers/train-plan.js';

/** What the person is told, on two lines; `none` when it was let through. */
async function refusalOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(checkMessage(errorMessage(error))).toEqual([]);
    return `${error.message}\n${error.remedy}`;
  }
  return 'none';
}

describe('commands a minute', () => {
  const minute = 60_000;

  test('are counted within any minute, and the rest of it is told', async () => {
    let now = 5000;
    const limit = createCommandLimit(3, () => now);
    for (const at of [0, 10_000, 20_000]) {
      now = 5000 + at;
      expect(await refusalOf(() => limit('a'))).toBe('none');
    }
    now = 5000 + 20_500;
    expect(await refusalOf(() => limit('a'))).toBe(
      'That was quick: 3 commands and presses a minute are allowed, and you have used them.\n' +
        'Nothing was done. Try again in 40 seconds.',
    );
    now = 5000 + minute - 1;
    expect(await refusalOf(() => limit('a'))).toMatch(/in 1 second\.$/);
    // The first of the three is a minute old, the second is not: one more, no two.
    now = 5000 + minute;
    expect(await refusalOf(() => limit('a'))).toBe('none');
    expect(await refusalOf(() => limit('a'))).toMatch(/in 10 seconds\.$/);
  });

  test('that were refused do not count: who keeps pressing is let in again all the same', async () => {
    let now = 0;
    const limit = createCommandLimit(2, () => now);
    let admitted = 0;
    for (; now < 10 * minute; now += 100) if ((await refusalOf(() => limit('a'))) === 'none') admitted += 1;
    expect(admitted).toBe(20);
  });

  test('of one person are no burden on another', async () => {
    const limit = createCommandLimit(1, () => 0);
    limit('a');
    expect(await refusalOf(() => limit('b'))).toBe('none');
    expect(await refusalOf(() => limit('a'))).toMatch(/in 60 seconds/);
  });
});

interface Setup {
  readonly plansOpen?: number;
  readonly jobsWaiting?: number;
  readonly access?: Access;
  readonly dataDir?: string;
  readonly clock?: () => number;
  readonly compare?: () => Promise<readonly string[]>;
}

/** A plan desk with limits; no slot is free, so that what is queued waits. */
async function openLimited(setup: Setup = {}) {
  const { plansOpen = 3, jobsWaiting = 2, access = nobody, clock = Date.now, compare } = setup;
  const opened = await openJobs({
    slots: [],
    clock,
    ...(setup.dataDir !== undefined && { dataDir: setup.dataDir }),
  });
  const { plans, jobs } = opened;
  const desk = createPlanDesk({
    plans,
    kinds: plainKind(compare ? { compare } : {}),
    clock,
    access,
    jobChannel: undefined,
    limits: createPlanLimits({ plans, jobs, access, clock, plansOpen, jobsWaiting }),
    onQueued: () => undefined,
  });
  const propose = (actor: Actor, plan: Plan = makeTrainPlan()) => desk.propose(plan, actor);
  return { ...opened, desk, propose };
}

describe('plans open', () => {
  test('are so many and no more; the next may come when one is closed', async () => {
    const { desk, propose } = await openLimited();
    const stored = [propose(alice), propose(alice), propose(alice)];
    expect(await refusalOf(() => propose(alice))).toMatch(
      /^You have 3 plans open, and 3 at once are allowed\.\nStart or cancel one/,
    );
    expect(await refusalOf(() => propose(bob))).toBe('none');
    desk.cancel(stored[1]!.id, alice);
    expect(await refusalOf(() => propose(alice))).toBe('none');
    expect(await refusalOf(() => propose(alice))).not.toBe('none');
    await desk.confirm(stored[0]!.id, alice);
    expect(await refusalOf(() => propose(alice))).toBe('none');
  });

  test('free a place when the oldest expires, at the moment that was told', async () => {
    let now = 1_700_000_000_000;
    const start = now;
    const { propose, desk } = await openLimited({ clock: () => now });
    for (let count = 0; count < 3; count++) {
      propose(alice);
      now += 60_000;
    }
    expect(await refusalOf(() => propose(alice))).toBe(
      'You have 3 plans open, and 3 at once are allowed.\n' +
        'Start or cancel one of them, or try again in 12 minutes, when the oldest expires.',
    );
    now = start + planLifetimeMs - 1;
    expect(await refusalOf(() => propose(alice))).toMatch(/in 1 second,/);
    // Before and after the clockwork has written the expiry down.
    now = start + planLifetimeMs;
    expect(await refusalOf(() => propose(alice))).toBe('none');
    desk.expireDue();
    expect(await refusalOf(() => propose(alice))).not.toBe('none');
  });

  test('may be changed without end', async () => {
    const { desk, propose } = await openLimited({ plansOpen: 1 });
    let { id } = propose(alice);
    for (let count = 0; count < 5; count++) id = desk.replace(id, makeTrainPlan(), alice).id;
    expect(desk.get(id)?.state.name).toBe('open');
    expect(await refusalOf(() => propose(alice))).toMatch(/^You have 1 plan open/);
  });

  test.each([
    ['the owner or an administrator of the server', admin, nobody],
    ['who may administer', bob, { ...nobody, administer: [bob.userId] }],
  ])('do not bind %s', async (_who, actor, access) => {
    const { propose } = await openLimited({ access, plansOpen: 1 });
    for (let count = 0; count < 4; count++) expect(await refusalOf(() => propose(actor))).toBe('none');
  });

  test('are still counted after a restart', async () => {
    const dataDir = await makeTempDir();
    const first = await openLimited({ dataDir });
    for (let count = 0; count < 3; count++) first.propose(alice);
    await first.close();
    const second = await openLimited({ dataDir });
    expect(await refusalOf(() => second.propose(alice))).not.toBe('none');
  });
});

describe('jobs waiting', () => {
  test('are so many and no more; the plan stays open and starts when there is room', async () => {
    const { desk, propose, jobs } = await openLimited();
    const stored = [propose(alice), propose(alice), propose(alice)];
    await desk.confirm(stored[0]!.id, alice);
    await desk.confirm(stored[1]!.id, alice);
    expect(await refusalOf(() => desk.confirm(stored[2]!.id, alice))).toBe(
      'You have 2 jobs waiting, and 2 at once are allowed.\n' +
        'Nothing was started. Press again when one of them has started, or cancel one; its message says its place.',
    );
    expect(desk.get(stored[2]!.id)?.state.name).toBe('open');
    expect(await refusalOf(() => desk.confirm(propose(bob).id, bob))).toBe('none');
    const waiting = jobs.list({ requestedBy: alice.userId });
    expect(waiting).toHaveLength(2);
    jobs.transition(waiting[0]!, { name: 'starting', at: Date.now(), attempt: 1 });
    expect(await refusalOf(() => desk.confirm(stored[2]!.id, alice))).toBe('none');
  });

  test('hold against presses at the same time', async () => {
    let release: () => void = () => undefined;
    const compared = new Promise<readonly string[]>((resolve) => (release = () => resolve([])));
    const { desk, propose, jobs } = await openLimited({
      plansOpen: 9,
      jobsWaiting: 2,
      compare: () => compared,
    });
    const presses = Array.from({ length: 6 }, () => propose(alice)).map(({ id }) =>
      refusalOf(() => desk.confirm(id, alice)),
    );
    release();
    const told = await Promise.all(presses);
    expect(told.filter((text) => text === 'none')).toHaveLength(2);
    expect(jobs.list()).toHaveLength(2);
  });

  test('do not bind an administrator, for themselves nor for whom they press', async () => {
    const { desk, propose, jobs } = await openLimited({ jobsWaiting: 1 });
    for (const person of [admin, admin, alice, alice]) await desk.confirm(propose(person).id, admin);
    expect(jobs.list({ requestedBy: alice.userId })).toHaveLength(2);
    expect(await refusalOf(() => desk.confirm(propose(alice).id, alice))).not.toBe('none');
  });
});
