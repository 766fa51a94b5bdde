import type { APIActionRowComponent, APIStringSelectComponent } from 'discord-api-types/v10';
import { ComponentType } from 'discord-api-types/v10';
import { actionIds } from './custom-id.js';
import { buildEmbed } from './embed.js';
import type { MessageBody } from './message.js';
import { palette } from './palette.js';
import { cleanLine, truncate } from './text.js';

/** One entry of a select menu; all three are cut to Discord's 100 characters. */
export interface MenuEntry {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
}

/** Discord's limit of entries in a select menu. */
const maxEntries = 25;

/** Asks what is to be trained, where the command left it open. */
export function chooseTrainingMessage(
  draftId: string,
  entries: readonly MenuEntry[],
  requestedBy: string,
): MessageBody {
  const left = entries.length - maxEntries;
  const embed = buildEmbed({
    title: '❔ What shall be trained?',
    colour: palette.waiting,
    sections: [
      `Several are possible here. <@${requestedBy}>, choose one; nothing starts before you have seen the plan.`,
      left > 0 ? `${left} more do not fit: name \`platform\` and \`method\` in the command.` : undefined,
    ],
  });
  return { embeds: [embed], components: [menuRow(draftId, entries.slice(0, maxEntries))], mention: [] };
}

function menuRow(
  draftId: string,
  entries: readonly MenuEntry[],
): APIActionRowComponent<APIStringSelectComponent> {
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: actionIds.chooseTraining(draftId),
        placeholder: 'Platform and method',
        options: entries.map(({ label, value, description }) => ({
          label: truncate(cleanLine(label), 100),
          value,
          ...(description === undefined ? {} : { description: truncate(cleanLine(description), 100) }),
        })),
      },
    ],
  };
}
