import { checkComponents } from './components.js';
import { asRecord, textOf, type Form } from './form.js';

/** 10 MiB a file (https://docs.discord.com/developers/reference#uploading-files). */
export const maxFileBytes = 10 * 1024 * 1024;
const maxContent = 2000;
const maxEmbeds = 10;
const maxEmbedsTotal = 6000;
const maxFiles = 10;

/**
 * A message's body against Discord's limits (https://docs.discord.com/developers/resources/message#create-message).
 * `fileNames`: attachments that the message will have, to which `attachment://` may refer.
 */
export function checkMessage(
  form: Form,
  body: Readonly<Record<string, unknown>>,
  fileNames: ReadonlySet<string>,
  path: readonly string[] = [],
): void {
  form.text([...path, 'content'], body['content'], { max: maxContent });
  const embeds = form.list([...path, 'embeds'], body['embeds'], { max: maxEmbeds }).map(asRecord);
  embeds.forEach((embed, index) => checkEmbed(form, embed, [...path, 'embeds', String(index)], fileNames));
  const total = embeds.reduce((sum, embed) => sum + embedLength(embed), 0);
  if (total > maxEmbedsTotal) {
    form.fault([...path, 'embeds'], 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000');
  }
  checkComponents(form, body['components'], [...path, 'components']);
  form.list([...path, 'attachments'], body['attachments'], { max: maxFiles });
  checkMentions(form, asRecord(body['allowed_mentions']), [...path, 'allowed_mentions']);
  const nonce = body['nonce'];
  if (typeof nonce === 'string') form.text([...path, 'nonce'], nonce, { max: 25 });
}

function embedLength(embed: Readonly<Record<string, unknown>>): number {
  const fields = Array.isArray(embed['fields']) ? embed['fields'].map(asRecord) : [];
  const texts = [
    embed['title'],
    embed['description'],
    asRecord(embed['footer'])['text'],
    asRecord(embed['author'])['name'],
    ...fields.flatMap((field) => [field['name'], field['value']]),
  ];
  return texts.reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? Array.from(text).length : 0),
    0,
  );
}

function checkEmbed(
  form: Form,
  embed: Readonly<Record<string, unknown>>,
  path: readonly string[],
  fileNames: ReadonlySet<string>,
): void {
  form.text([...path, 'title'], embed['title'], { max: 256 });
  form.text([...path, 'description'], embed['description'], { max: 4096 });
  form.text([...path, 'footer', 'text'], asRecord(embed['footer'])['text'], { max: 2048 });
  form.text([...path, 'author', 'name'], asRecord(embed['author'])['name'], { max: 256 });
  const fields = form.list([...path, 'fields'], embed['fields'], { max: 25 }).map(asRecord);
  fields.forEach((field, index) => {
    form.text([...path, 'fields', String(index), 'name'], field['name'], {
      min: 1,
      max: 256,
      required: true,
    });
    form.text([...path, 'fields', String(index), 'value'], field['value'], {
      min: 1,
      max: 1024,
      required: true,
    });
  });
  const { color, timestamp } = embed;
  if (
    color !== undefined &&
    color !== null &&
    !(Number.isInteger(color) && Number(color) >= 0 && Number(color) <= 0xffffff)
  ) {
    form.fault([...path, 'color'], 'NUMBER_TYPE_MAX', 'int value should be less than or equal to 16777215.');
  }
  if (timestamp !== undefined && timestamp !== null && Number.isNaN(Date.parse(textOf(timestamp)))) {
    form.fault([...path, 'timestamp'], 'DATE_TIME_TYPE_PARSE', `Could not parse ${textOf(timestamp)}.`);
  }
  for (const key of ['image', 'thumbnail']) {
    const url = asRecord(embed[key])['url'];
    if (url !== undefined) checkPicture(form, [...path, key, 'url'], textOf(url), fileNames);
  }
  const { url } = embed;
  if (url !== undefined && url !== null) checkPicture(form, [...path, 'url'], textOf(url), fileNames);
}

function checkPicture(
  form: Form,
  path: readonly string[],
  url: string,
  fileNames: ReadonlySet<string>,
): void {
  if (url.startsWith('attachment://')) {
    // Discord takes the message and shows no picture; the sandbox refuses, because that is never meant.
    if (!fileNames.has(url.slice('attachment://'.length))) {
      form.fault(path, 'REFERENCED_ATTACHMENT_NOT_FOUND', 'Referenced attachment not found.');
    }
  } else if (!/^https?:\/\/\S+$/.test(url)) {
    form.fault(
      path,
      'URL_TYPE_INVALID_SCHEME',
      `Scheme "${url.split(':')[0]}" is not supported. Scheme must be one of ('http', 'https').`,
    );
  }
}

function checkMentions(
  form: Form,
  allowed: Readonly<Record<string, unknown>>,
  path: readonly string[],
): void {
  const parse = form.list([...path, 'parse'], allowed['parse'], { max: 3 });
  const users = form.list([...path, 'users'], allowed['users'], { max: 100 });
  form.list([...path, 'roles'], allowed['roles'], { max: 100 });
  if (parse.includes('users') && users.length > 0) {
    form.fault(
      path,
      'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
      'parse:["users"] and users: [ids...] are mutually exclusive.',
    );
  }
}
