import type {
  APIActionRowComponent,
  APIComponentInActionRow,
  APIEmbed,
  APIMessageTopLevelComponent,
} from 'discord-api-types/v10';
import { ComponentType } from 'discord-api-types/v10';
import type { MessageBody, Modal } from '../../src/views/message.js';

/**
 * Discord's limits (https://docs.discord.com/developers/resources/message, …/components/reference) and the project's own
 * rule of 34 columns, written down a second time: the views are judged by this, not by what they themselves count with.
 * Each check returns its faults, one sentence each; none = fine.
 */
export function checkMessage(message: MessageBody): string[] {
  const embeds = message.embeds ?? [];
  const files = message.files ?? [];
  const components = message.components ?? [];
  const content = message.content ?? '';
  const total = embeds.reduce((sum, embed) => sum + embedLength(embed), 0);
  return [
    ...(content === '' && embeds.length === 0 && files.length === 0 ? ['empty message'] : []),
    ...atMost('content', content.length, 2000),
    ...atMost('embeds', embeds.length, 10),
    ...atMost('characters of all embeds', total, 6000),
    ...embeds.flatMap((embed) => checkEmbed(embed, new Set(files.map(({ name }) => name)))),
    ...checkComponents(components),
    ...atMost('files', files.length, 10),
    ...files.flatMap((file) => [
      ...atMost(`bytes of ${file.name}`, file.data.byteLength, 10 * 1024 * 1024),
      ...atMost(`description of ${file.name}`, file.description?.length ?? 0, 1024),
      ...(file.data.byteLength === 0 ? [`${file.name} is empty`] : []),
    ]),
    ...(message.mention ?? []).flatMap((id) =>
      content.includes(`<@${id}>`) ? [] : [`${id} is to be pinged, but the content does not name them`],
    ),
    ...checkText('content', content),
  ];
}

function atMost(what: string, count: number, limit: number): string[] {
  return count <= limit ? [] : [`${what}: ${count} > ${limit}`];
}

function between(what: string, text: string | undefined, limit: number): string[] {
  if (text === undefined) return [];
  return text.trim() === '' ? [`${what} is empty`] : atMost(what, text.length, limit);
}

function embedLength(embed: APIEmbed): number {
  const fields = (embed.fields ?? []).flatMap(({ name, value }) => [name, value]);
  const parts = [embed.title, embed.description, embed.footer?.text, embed.author?.name, ...fields];
  return parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}

function checkEmbed(embed: APIEmbed, fileNames: ReadonlySet<string>): string[] {
  const fields = embed.fields ?? [];
  const picture = embed.image?.url.replace('attachment://', '');
  return [
    ...(embedLength(embed) === 0 && !embed.image ? ['embed without anything in it'] : []),
    ...between('title', embed.title, 256),
    ...between('description', embed.description, 4096),
    ...between('footer', embed.footer?.text, 2048),
    ...between('author', embed.author?.name, 256),
    ...atMost('fields', fields.length, 25),
    ...fields.flatMap(({ name, value }) => [
      ...between('field name', name, 256),
      ...between(`field ${name}`, value, 1024),
      ...(name === '' || value === '' ? ['field with an empty part'] : []),
      ...checkText(`field ${name}`, value),
    ]),
    ...(picture !== undefined && !fileNames.has(picture) ? [`picture ${picture} is not attached`] : []),
    ...(embed.timestamp !== undefined && Number.isNaN(Date.parse(embed.timestamp))
      ? ['timestamp is no time']
      : []),
    ...(embed.color !== undefined && !(embed.color >= 0 && embed.color <= 0xffffff) ? ['colour'] : []),
    ...checkText('title', embed.title ?? ''),
    ...checkText('description', embed.description ?? ''),
    ...checkText('footer', embed.footer?.text ?? ''),
  ];
}

function checkComponents(components: readonly APIMessageTopLevelComponent[]): string[] {
  const faults = atMost('rows', components.length, 5);
  const ids: string[] = [];
  for (const row of components) {
    if (row.type !== ComponentType.ActionRow) {
      faults.push(`top-level component of type ${row.type}`);
      continue;
    }
    faults.push(...checkRow(row, ids));
  }
  if (new Set(ids).size < ids.length) faults.push(`custom_id used twice: ${ids.join(' ')}`);
  return faults;
}

function checkRow(row: APIActionRowComponent<APIComponentInActionRow>, ids: string[]): string[] {
  const faults =
    row.components.length === 0 ? ['empty row'] : atMost('buttons in a row', row.components.length, 5);
  for (const component of row.components) {
    if ('custom_id' in component) {
      ids.push(component.custom_id);
      faults.push(...between('custom_id', component.custom_id, 100));
    }
    if (component.type === ComponentType.Button) {
      faults.push(...between('button label', 'label' in component ? component.label : '', 80));
    } else if (component.type === ComponentType.StringSelect) {
      faults.push(...between('placeholder', component.placeholder, 150));
      faults.push(...checkOptions(component.options));
      if (row.components.length > 1) faults.push('a menu takes a row of its own');
    }
  }
  return faults;
}

function checkOptions(options: readonly { label: string; value: string; description?: string }[]): string[] {
  const values = options.map(({ value }) => value);
  return [
    ...(options.length === 0 ? ['menu without options'] : atMost('options', options.length, 25)),
    ...(new Set(values).size < values.length ? ['two options of one value'] : []),
    ...options.flatMap(({ label, value, description }) => [
      ...between('option label', label, 100),
      ...between('option value', value, 100),
      ...between('option description', description, 100),
    ]),
  ];
}

export function checkModal(modal: Modal): string[] {
  const faults = [
    ...between('modal title', modal.title, 45),
    ...between('modal custom_id', modal.custom_id, 100),
    ...atMost('inputs', modal.components.length, 5),
    ...(modal.components.length === 0 ? ['modal without inputs'] : []),
  ];
  const ids: string[] = [];
  for (const row of modal.components) {
    if (row.type !== ComponentType.ActionRow) continue;
    for (const input of row.components) {
      ids.push(input.custom_id);
      faults.push(
        ...between('input custom_id', input.custom_id, 100),
        ...between('input label', input.label ?? undefined, 45),
        ...between('input placeholder', input.placeholder, 100),
        ...between('input value', input.value, Math.min(input.max_length ?? 4000, 4000)),
      );
    }
  }
  if (new Set(ids).size < ids.length) faults.push('two inputs of one custom_id');
  return faults;
}

interface OptionLike {
  name: string;
  description: string;
  required?: boolean;
  choices?: readonly { name: string; value: unknown }[];
}

/** A slash command's definition. */
export function checkCommand(command: {
  name: string;
  description?: string;
  options?: readonly OptionLike[];
}): string[] {
  const options = command.options ?? [];
  const lastRequired = options.findLastIndex((option) => option.required === true);
  return [
    ...checkName(command.name),
    ...between('description', command.description ?? '', 100),
    ...atMost('options', options.length, 25),
    ...(options.slice(0, lastRequired + 1).every((option) => option.required)
      ? []
      : ['an optional option stands before a required one']),
    ...options.flatMap((option) => [
      ...checkName(option.name),
      ...between(`description of ${option.name}`, option.description, 100),
      ...atMost(`choices of ${option.name}`, option.choices?.length ?? 0, 25),
      ...(option.choices ?? []).flatMap(({ name, value }) => [
        ...between('choice', name, 100),
        ...between('choice value', String(value), 100),
      ]),
    ]),
  ];
}

function checkName(name: string): string[] {
  return /^[-_\p{Ll}\p{N}]{1,32}$/u.test(name) ? [] : [`name "${name}"`];
}

const forbidden: readonly (readonly [string, RegExp])[] = [
  ['a value that is not there', /\bundefined\b|\bnull\b|\[object |Invalid Date/],
  ['a control character', /(?!\n)\p{Cc}/u],
  ['a bidi override', /[\u202a-\u202e\u2066\u2067]/],
  ['half a character', /\p{Surrogate}/u],
];

const mentions: typeof forbidden = [
  ['a mention of everybody', /@(?:everyone|here)/],
  ['a mention of a role', /(?<!\\)<@&/],
  ['a link', /(?<!\\)\]\(|https?:\/\/(?!discord\.com\/channels\/)/],
];

/** What may not stand in any text, and code blocks that are closed and fit on a phone. */
function checkText(where: string, text: string): string[] {
  // Within code Discord shows mentions as they are written.
  const outsideCode = text.replace(/```[^]*?```|`[^`\n]*`/g, '');
  const faults = [
    ...forbidden.filter(([, form]) => form.test(text)),
    ...mentions.filter(([, form]) => form.test(outsideCode)),
  ].map(([what]) => `${where}: ${what}`);
  const parts = text.split('```');
  if (parts.length % 2 === 0) return [...faults, `${where}: a code block is not closed`];
  const blocks = parts.filter((_, index) => index % 2 === 1);
  const wideLines = blocks.flatMap((block) => block.split('\n')).filter((line) => textColumns(line) > 34);
  return [
    ...faults,
    ...wideLines.map((line) => `${where}: ${textColumns(line)} columns in "${line}"`),
    ...(blocks.some((block) => block.trim() === '') ? [`${where}: empty code block`] : []),
    ...(text.split('\u2068').length === text.split('\u2069').length
      ? []
      : [`${where}: an isolate is not closed`]),
  ];
}

/** Columns in a fixed-width font, by the ranges of Unicode's East Asian Width (W and F) and emoji. */
export function textColumns(text: string): number {
  let columns = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const point = segment.codePointAt(0) ?? 0;
    if (/^[\p{M}\p{Cf}\p{Cc}]/u.test(segment)) continue;
    const wide =
      (point >= 0x1100 && point <= 0x115f) ||
      (point >= 0x2e80 && point <= 0xa4cf) ||
      (point >= 0xac00 && point <= 0xd7a3) ||
      (point >= 0xf900 && point <= 0xfaff) ||
      (point >= 0xfe30 && point <= 0xfe6f) ||
      (point >= 0xff00 && point <= 0xff60) ||
      (point >= 0xffe0 && point <= 0xffe6) ||
      (point >= 0x1f300 && point <= 0x1faff) ||
      (point >= 0x20000 && point <= 0x3fffd) ||
      /^\p{Emoji_Presentation}|\ufe0f/u.test(segment);
    columns += wide ? 2 : 1;
  }
  return columns;
}
