import { describe, expect, test } from 'vitest';
import { readActor } from '../../src/discord/actor.js';
import { MissingRightError, requireRight } from '../../src/discord/permissions.js';
import { rights, type Right } from '../../src/domain/access.js';
import { pressed, type Sender } from '../helpers/interactions.js';
import { alice, nobody } from '../helpers/jobs.js';

const nobodysGuild = () => undefined;

describe('the person behind an interaction', () => {
  test('is as Discord states it with the interaction', () => {
    expect(readActor(pressed('x', { roleIds: ['7', '8'] }), nobodysGuild)).toEqual({
      ...alice,
      roleIds: ['7', '8'],
    });
  });

  test('is nobody in a direct message', () => {
    expect(readActor(pressed('x', { guildId: null }), nobodysGuild)).toBeUndefined();
  });

  test.each<[string, Sender, boolean]>([
    ['no permissions', { permissions: '0' }, false],
    ['the administrator bit', { permissions: '8' }, true],
    ['all bits but that one', { permissions: ((1n << 60n) - 1n - 8n).toString() }, false],
    ['what is no number', { permissions: 'all' }, false],
  ])('with %s', (_what, sender, expected) => {
    expect(readActor(pressed('x', sender), nobodysGuild)?.ownerOrAdministrator).toBe(expected);
  });

  test('owns the guild that they own', () => {
    expect(readActor(pressed('x'), () => alice.userId)?.ownerOrAdministrator).toBe(true);
  });
});

describe('a right', () => {
  const held: Record<Right, readonly Right[]> = {
    view: ['view'],
    train: ['view', 'train'],
    upload: ['view', 'upload'],
    administer: ['view', 'train', 'upload', 'administer'],
  };
  const cases = rights.flatMap((given) =>
    rights.map((wanted): [Right, Right, boolean] => [given, wanted, held[given].includes(wanted)]),
  );

  test.each(cases)('%s given, %s wanted: %s', (given, wanted, allowed) => {
    const check = (): void => requireRight(alice, { ...nobody, [given]: [alice.userId] }, wanted);
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow(MissingRightError);
  });

  test('is nobody’s where the settings name nobody, but for owner and administrators', () => {
    expect(() => requireRight(alice, nobody, 'view')).toThrow(MissingRightError);
    expect(() => requireRight({ ...alice, ownerOrAdministrator: true }, nobody, 'administer')).not.toThrow();
  });
});
