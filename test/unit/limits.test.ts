import { ButtonStyle, ComponentType, TextInputStyle, type APIEmbed } from 'discord-api-types/v10';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitChoices, fitModal } from '../../src/discord/fit-modal.js';
import { fitMessage } from '../../src/discord/fit-message.js';
import { cut } from '../../src/discord/limits.js';
import { toPayload } from '../../src/discord/payload.js';
import type { MessageBody } from '../../src/views/message.js';
import { checkMessage, checkModal } from '../helpers/discord-limits.js';

const text = (max: number) =>
  fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.nat(max).map((length) => 'x'.repeat(length)),
    fc.nat(max).map((length) => `\`\`\`\n${'y '.repeat(length / 2)}\n\`\`\` and more`),
    fc.constantFrom('', ' ', '\n'),
  );

const embed: fc.Arbitrary<APIEmbed> = fc.record(
  {
    title: text(600),
    description: text(9000),
    footer: fc.record({ text: text(4000) }),
    author: fc.record({ name: text(600) }),
    fields: fc.array(fc.record({ name: text(600), value: text(3000) }), { maxLength: 40 }),
    image: fc.constantFrom({ url: 'attachment://a.png' }, { url: 'attachment://none.png' }),
  },
  { requiredKeys: [] },
);

const button = fc.record({
  type: fc.constant(ComponentType.Button as const),
  style: fc.constant(ButtonStyle.Primary as const),
  label: text(200).map((label) => `B${label}`),
  custom_id: fc.oneof(
    fc.string({ minLength: 1, maxLength: 5 }),
    fc.nat(300).map((n) => 'c'.repeat(n)),
  ),
});

const select = fc.record({
  type: fc.constant(ComponentType.StringSelect as const),
  custom_id: fc.string({ minLength: 1, maxLength: 120 }),
  placeholder: text(300).map((words) => `P${words}`),
  min_values: fc.constant(1),
  max_values: fc.nat(40).map((n) => n + 1),
  options: fc.array(
    fc.record({
      label: text(200).map((label) => `L${label}`),
      value: fc.string({ minLength: 1, maxLength: 150 }),
      description: text(200),
    }),
    { maxLength: 40 },
  ),
});

const row = fc
  .oneof(
    fc.array(button, { maxLength: 8 }),
    select.map((one) => [one]),
  )
  .map((components) => ({
    type: ComponentType.ActionRow as const,
    components,
  }));

const message: fc.Arbitrary<MessageBody> = fc.record(
  {
    content: text(5000),
    embeds: fc.array(embed, { maxLength: 12 }),
    components: fc.array(row, { maxLength: 8 }),
    files: fc.constantFrom(
      [{ name: 'a.png', data: Buffer.from('png') }],
      [{ name: 'empty.txt', data: Buffer.alloc(0), description: 'd'.repeat(2000) }],
      Array.from({ length: 12 }, (_, i) => ({ name: `f${i}.txt`, data: Buffer.from('x') })),
    ),
  },
  { requiredKeys: [] },
);

/** The checker also holds rules of the views (columns, escaping); these are the faults that Discord itself refuses. */
const ofDiscord = / > \d+$|is empty$|^empty|without anything|used twice|not attached/;

describe('what goes out fits Discord', () => {
  test('whatever the views make', () => {
    fc.assert(
      fc.property(message, (one) => {
        expect(checkMessage(fitMessage(one)).filter((fault) => ofDiscord.test(fault))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('a message that fits stays as it is', () => {
    const fine: MessageBody = {
      content: 'Job 12',
      embeds: [{ title: 'kto', description: 'loss 0.41', image: { url: 'attachment://a.png' } }],
      components: [
        {
          type: ComponentType.ActionRow,
          components: [
            {
              type: ComponentType.Button,
              style: ButtonStyle.Danger,
              label: 'Cancel',
              custom_id: 'job:cancel:12',
            },
          ],
        },
      ],
      files: [{ name: 'a.png', data: Buffer.from('png') }],
      mention: ['1'],
    };
    expect(fitMessage(fine)).toEqual(fine);
  });

  test('the embeds of one message share 6000 characters', () => {
    const long = { title: 't'.repeat(200), description: 'd'.repeat(4000) };
    const [first, second] = fitMessage({ embeds: [long, long] }).embeds ?? [];
    expect(first).toEqual(long);
    // 6000 - 4200 - 200 are left for the second description, the … included.
    expect(second?.description).toBe(`${'d'.repeat(1599)}…`);
  });

  test('a file over 10 MiB stays behind, and so does the picture that needs it', () => {
    const data = Buffer.alloc(10 * 1024 * 1024 + 1);
    const fitted = fitMessage({
      embeds: [{ title: 'x', image: { url: 'attachment://big.png' } }],
      files: [{ name: 'big.png', data }],
    });
    expect(fitted.files).toEqual([]);
    expect(fitted.embeds).toEqual([{ title: 'x' }]);
  });

  test('a custom_id over 100 characters is left out, not cut', () => {
    const long = {
      type: ComponentType.Button,
      style: ButtonStyle.Primary,
      label: 'a',
      custom_id: 'c'.repeat(101),
    } as const;
    const fine = { ...long, custom_id: 'c'.repeat(100) };
    const fitted = fitMessage({
      components: [{ type: ComponentType.ActionRow, components: [long, fine, fine] }],
    });
    expect(fitted.components).toEqual([{ type: ComponentType.ActionRow, components: [fine] }]);
  });
});

describe('cutting', () => {
  test('closes the code block that it cuts open', () => {
    const block = `\`\`\`\n${'z'.repeat(3000)}\n\`\`\``;
    const short = cut(block, 2000);
    expect(short).toHaveLength(2000);
    expect(short.endsWith('z…\n```')).toBe(true);
  });

  test('never leaves a code block open, never exceeds, never halves a character', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('```', '`', 'a', '😀', '\n'), { maxLength: 80 }),
        fc.integer({ min: 17, max: 60 }),
        (parts, max) => {
          const whole = parts.join('');
          fc.pre(whole.split('```').length % 2 === 1);
          const short = cut(whole, max);
          expect(short.length).toBeLessThanOrEqual(max);
          expect(short.split('```').length % 2).toBe(1);
          expect(short).not.toMatch(/\p{Surrogate}/u);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test('modals and choices fit', () => {
  const modal = fitModal({
    custom_id: 'plan:edit:1',
    title: 't'.repeat(60),
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.TextInput,
            custom_id: 'epochs',
            style: TextInputStyle.Short,
            label: 'l'.repeat(60),
            placeholder: 'p'.repeat(200),
            value: '1'.repeat(9),
            max_length: 5,
          },
        ],
      },
    ],
  });
  expect(checkModal(modal)).toEqual([]);
  expect(JSON.stringify(modal)).toContain('"11111"');
  const choices = fitChoices([
    { name: '', value: 'nameless' },
    { name: 'long value', value: 'v'.repeat(101) },
    ...Array.from({ length: 30 }, (_, i) => ({ name: 'n'.repeat(120), value: `${i}` })),
  ]);
  expect(choices).toHaveLength(25);
  expect(choices[0]).toEqual({ name: `${'n'.repeat(99)}…`, value: '0' });
});

test('a payload pings only those it names, and lists every file to keep', () => {
  const { body, files } = toPayload({
    content: '@everyone <@1> <@2>',
    mention: ['1', '1'],
    files: [{ name: 'chart.png', data: Buffer.from('x'), description: 'Loss falls from 2 to 1' }],
  });
  expect(body).toEqual({
    content: '@everyone <@1> <@2>',
    embeds: [],
    components: [],
    allowed_mentions: { parse: [], users: ['1'] },
    attachments: [{ id: 0, filename: 'chart.png', description: 'Loss falls from 2 to 1' }],
  });
  expect(files).toEqual([{ name: 'chart.png', data: Buffer.from('x') }]);
  expect(toPayload({ content: 'x' }).body.attachments).toEqual([]);
});
