import { ButtonStyle } from 'discord-api-types/v10';
import type { Outcome } from '../discord/interactions.js';
import type { Message } from '../discord/world.js';
import { buttonsOf, inputsOf, labelOf, selectsOf } from './components.js';

/** A message as text, for a terminal. `now`: epoch ms, for the times that count. */
export function showMessage(message: Message, now: number): string {
  const { author, content, embeds, attachments, loading } = message;
  const marks = [
    message.ephemeralFor === undefined ? '' : '(only you see this)',
    message.editedAt === undefined ? '' : '(edited)',
    message.pinnedAt === undefined ? '' : '(pinned)',
    message.pinged.length > 0 ? `(pings ${message.pinged.length})` : '',
  ];
  const lines = [
    [`── ${author.globalName}`, ...marks, message.id].filter(Boolean).join(' '),
    loading ? '… is thinking' : content,
    ...embeds.flatMap((embed) => [
      embed.title,
      embed.description,
      ...(embed.fields ?? []).flatMap(({ name, value }) => [`${name}:`, value]),
      embed.image && '[picture]',
      embed.footer?.text,
    ]),
    ...attachments.map(({ filename, data }) => `[${filename}, ${data.byteLength} bytes]`),
    ...selectsOf(message).map((select) => `( ${select.options.map(({ label }) => label).join(' | ')} )`),
    buttonsOf(message)
      .map((button) => {
        const label = button.style === ButtonStyle.Link ? `${labelOf(button)} ↗` : labelOf(button);
        return button.disabled === true ? `[${label} (off)]` : `[${label}]`;
      })
      .join(' '),
  ];
  return lines
    .filter((line): line is string => line !== undefined && line !== '')
    .map((line) => countTimes(line, now))
    .join('\n');
}

/** What came of a deed, as text. */
export function showOutcome(outcome: Outcome, now: number): string {
  switch (outcome.kind) {
    case 'failed':
      return 'The application did not respond.';
    case 'accepted':
      return 'Done.';
    case 'modal':
      return [
        `== ${outcome.modal.title}`,
        ...inputsOf(outcome.modal).map(({ label, value }) => `${label}: ${value}`),
      ].join('\n');
    case 'choices':
      return outcome.choices.map(({ name }) => name).join('\n');
    default:
      return showMessage(outcome.message, now);
  }
}

/** `<t:UNIX:R>` as Discord counts it. */
function countTimes(line: string, now: number): string {
  return line.replaceAll(/<t:(\d+)(?::[a-zA-Z])?>/g, (_, unix: string) => {
    const seconds = Math.round(Number(unix) - now / 1000);
    const size = Math.abs(seconds);
    const text =
      size < 90 ? `${size} s` : size < 5400 ? `${Math.round(size / 60)} min` : `${Math.round(size / 3600)} h`;
    return seconds < 0 ? `${text} ago` : `in ${text}`;
  });
}
