/**
 * What Discord takes at most (https://docs.discord.com/developers/resources/message#embed-object-embed-limits,
 * https://docs.discord.com/developers/components/reference). Discord counts characters; we count UTF-16 units, which
 * are never fewer, so what fits here fits there.
 */
export const limits = {
  content: 2000,
  embeds: 10,
  /** Title, description, field names and values, footer and author of all embeds together. */
  embedsTotal: 6000,
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  footer: 2048,
  author: 256,
  rows: 5,
  buttonsARow: 5,
  buttonLabel: 80,
  customId: 100,
  url: 512,
  selectOptions: 25,
  selectText: 100,
  placeholder: 150,
  files: 10,
  fileBytes: 10 * 1024 * 1024,
  fileDescription: 1024,
  mentions: 100,
  modalTitle: 45,
  modalInputs: 5,
  inputLabel: 45,
  inputPlaceholder: 100,
  inputValue: 4000,
  choices: 25,
  choiceText: 100,
} as const;

const fence = '```';

/** The text in at most `max` characters, ending in … where it was cut. A code block that the cut leaves open is closed. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const longest = wholeCharacters(text, max - 1);
  if (max <= 16 || (!longest.endsWith('`') && !opensCodeBlock(longest))) return `${longest}…`;
  // Backticks at the cut may be the half of a fence, which neither opens nor closes a block.
  const head = wholeCharacters(text, max - 1 - `\n${fence}`.length).replace(/`+$/, '');
  return opensCodeBlock(head) ? `${head}…\n${fence}` : `${head}…`;
}

/** Whether the text leaves a code block open. */
function opensCodeBlock(text: string): boolean {
  return text.split(fence).length % 2 === 0;
}

/** The first characters, never half a surrogate pair: Discord would show it as a broken character. */
function wholeCharacters(text: string, length: number): string {
  const head = text.slice(0, Math.max(0, length));
  const last = head.charCodeAt(head.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? head.slice(0, -1) : head;
}
