import { expect, test } from 'vitest';
import { buttonsOf } from '../../sandbox/driver/components.js';
import type { Person } from '../../sandbox/driver/driver.js';
import type { Deed } from '../../sandbox/discord/interaction-payload.js';
import { as, badAnswers, ids, messagesIn, type Message } from '../helpers/sandbox.js';
import { waitFor } from '../helpers/wait-for.js';
import { full, makeRig, randomFrom, tell, type Rig } from './rig.js';

const attempts = full ? 500 : 120;

const texts = [
  '',
  ' ',
  '\u0000',
  '\u202e‮txt',
  '```\n@everyone',
  '<@&100000000000000030>',
  'x'.repeat(6000),
  '../../../etc/passwd',
  '/etc/shadow',
  '-1',
  '1e309',
  'NaN',
  "'; DROP TABLE jobs; --",
  '${7*7}',
  '__proto__',
  'constructor',
  '🦙'.repeat(40),
];

/** custom_ids that stand on no message, made from what stands on one. */
function forgedIds(shown: Message, random: () => number): string[] {
  const real = buttonsOf(shown).flatMap((button) => ('custom_id' in button ? [button.custom_id] : []));
  const text = texts[Math.floor(random() * texts.length)] ?? '';
  return [
    ...real.map((id) => `${id}x`),
    ...real.map((id) => id.replace(/[^:]+$/, '1')),
    ...real.map((id) => id.replace(/:[^:]+:/, ':confirm:')),
    'plan:start',
    'plan:start:',
    'plan:start:1:2:3:4',
    'job:cancel:',
    'job:cancel:-1',
    'job:cancel:1e3',
    'job:cancel:99999999999999999999',
    'job:cancel:1',
    'job:start-anyway:1',
    'job:retry:1',
    'job:resume:1',
    'audit:export',
    'train:choose:1',
    '__proto__:constructor:1',
    ':::',
    `plan:start:${text}`,
    text,
  ].map((id) => id.slice(0, 100));
}

/** Says that an attempt is over: the bot answered, or Discord's client gave up on it. */
type Attempt = (person: Person) => Promise<unknown>;

function createAttempts(rig: Rig, shown: Message, random: () => number): Attempt[] {
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const start = (deed: Deed, person: Person, channelId = person.channelId, guildId?: string) =>
    rig.sandbox.interactions.start(deed, {
      userId: person.userId,
      channelId,
      ...(guildId !== undefined && { guildId }),
    }).outcome;
  return [
    (person) => person.forge(shown, one(forgedIds(shown, random)), random() < 0.3 ? [one(texts)] : undefined),
    (person) =>
      person.forgeModal(one(['plan:edited:1', 'plan:edit:1', 'x', '']), {
        max_steps: one(texts),
        learning_rate: one(texts),
      }),
    (person) => person.raw({ name: one(['train', 'jobs', 'audit', 'nothing', '__proto__']), options: [] }),
    (person) =>
      person.raw({
        name: 'train',
        options: [
          { name: 'platform', type: 3, value: one(['rtx', ...texts]) },
          { name: 'method', type: 3, value: one(['sft', ...texts]) },
          { name: one(['dataset', 'model', 'note', 'resume_from', 'evil']), type: 3, value: one(texts) },
          { name: 'max_steps', type: 4, value: one([-1, 0, 1e18, 0.5, 2 ** 60]) },
          { name: 'learning_rate', type: 10, value: one([-1, 0, 1e308, 5]) },
        ],
      }),
    (person) => person.complete('train', one(['dataset', 'resume_from', 'evil']), one(texts)),
    // The same from another server, and as a direct message.
    (person) =>
      start({ kind: 'command', name: 'train', options: [] }, person, '100000000000000099', ids.otherGuild),
    (person) =>
      start(
        { kind: 'component', message: shown, customId: one(forgedIds(shown, random)) },
        person,
        '100000000000000099',
        ids.otherGuild,
      ),
  ];
}

test(`${attempts} malformed or hostile interactions: nothing crashes, nothing happens`, async () => {
  const rig = await makeRig();
  const random = randomFrom(11);
  await rig.start();
  const tess = as(rig.sandbox, 'tess');
  const { outcome } = await tess.command('/train platform:rtx method:sft');
  if (outcome.kind !== 'deferred') throw new Error(outcome.kind);
  const shown = outcome.message;
  await waitFor(() => !shown.loading);
  const before = JSON.stringify([shown.content, shown.embeds, shown.components]);
  // Everyone but who asked and who administers: whatever they send, this plan must not move.
  const people = ['tom', 'vera', 'oskar', '999999999999999999'].map((who) => as(rig.sandbox, who));
  const list = createAttempts(rig, shown, random);
  let unanswered = 0;
  for (let count = 0; count < attempts; count += 1) {
    const person = people[count % people.length] ?? tess;
    const attempt = list[count % list.length];
    const result = (await attempt?.(person)) as { kind?: string; outcome?: { kind: string } } | undefined;
    if ((result?.outcome?.kind ?? result?.kind) === 'failed') unanswered += 1;
    // Their own presses of the real buttons, too.
    if (count % 10 === 0) await person.press(shown, 'Start');
  }
  const seen = messagesIn(rig.sandbox).filter(({ ephemeralFor }) => ephemeralFor === undefined);
  const effects = rig.jobs().length;
  tell(`${attempts} hostile interactions`, {
    crashes: rig.bot?.exitCode === null ? 0 : 1,
    'jobs started': effects,
    'left without an answer': unanswered,
    'lines of errors in the log': rig
      .log()
      .split('\n')
      .filter((line) => line.includes('"level":50')).length,
    integrity_check: rig.integrity(),
  });
  expect(rig.bot?.exitCode).toBeNull();
  expect(effects).toBe(0);
  expect(JSON.stringify([shown.content, shown.embeds, shown.components])).toBe(before);
  expect(seen.flatMap(({ pinged }) => pinged)).toEqual([]);
  expect(badAnswers(rig.sandbox)).toEqual([]);
  // And the bot works: who may, can.
  await tess.press(shown, 'Start');
  await waitFor(() => rig.jobs().length === 1);
  await rig.stop();
  expect(rig.integrity()).toBe('ok');
}, 600_000);
