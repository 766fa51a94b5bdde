import type { APIEmbed, APIMessageTopLevelComponent } from 'discord-api-types/v10';
import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type { MessageBody, Modal } from '../../src/views/message.js';

/** A message as text for people who review it: what stands where, with colours, buttons, files and pings. */
export function renderMessage(message: MessageBody): string {
  const parts = [
    message.content ?? '',
    ...(message.embeds ?? []).map(renderEmbed),
    ...(message.components ?? []).map(renderComponent),
    ...(message.files ?? []).map(
      ({ name, data, description }) => `file ${name}, ${data.byteLength} bytes: ${description ?? ''}`,
    ),
    `pings: ${(message.mention ?? []).join(' ') || 'nobody'}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

function renderEmbed(embed: APIEmbed): string {
  const stripe = (embed.color ?? 0).toString(16).padStart(6, '0');
  const lines = [
    `## ${embed.title}`,
    ...(embed.description ?? '').split('\n'),
    ...(embed.fields ?? []).flatMap(({ name, value }) => ['', `**${name}**`, ...value.split('\n')]),
    ...(embed.image ? [`[picture ${embed.image.url}]`] : []),
    ...(embed.footer || embed.timestamp ? [`-# ${embed.footer?.text ?? ''} • ${embed.timestamp ?? ''}`] : []),
  ];
  return [`┌─ #${stripe}`, ...lines.map((line) => `│ ${line}`.trimEnd()), '└─'].join('\n');
}

function renderComponent(row: APIMessageTopLevelComponent): string {
  if (row.type !== ComponentType.ActionRow) return `component ${row.type}`;
  return row.components
    .map((component) => {
      if (component.type === ComponentType.Button && 'label' in component) {
        const style = ButtonStyle[component.style].toLowerCase();
        const id = 'custom_id' in component ? component.custom_id : 'url' in component ? component.url : '';
        return `[ ${component.label} ] ${style}${component.disabled ? ', disabled' : ''} ${id}`;
      }
      if (component.type !== ComponentType.StringSelect) return `component ${component.type}`;
      const options = component.options.map(
        ({ label, value, description }) => `   ${label} (${description ?? ''}) = ${value}`,
      );
      return [`[ ${component.placeholder} ▾ ] ${component.custom_id}`, ...options].join('\n');
    })
    .join('\n');
}

/** A modal as text. */
export function renderModal(modal: Modal): string {
  const inputs = modal.components.flatMap((row) =>
    row.type === ComponentType.ActionRow
      ? row.components.map(
          (input) => `${input.label} [${input.value ?? ''}] ${input.custom_id}; hint: ${input.placeholder}`,
        )
      : [],
  );
  return `${[`modal ${modal.title} ${modal.custom_id}`, ...inputs].join('\n')}\n`;
}
