import { actionIds } from './custom-id.js';
import { buildEmbed } from './embed.js';
import { menuRow, type MenuEntry } from './menu.js';
import type { MessageBody } from './message.js';
import { palette } from './palette.js';

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
  const menu = menuRow(
    actionIds.chooseTraining(draftId),
    'Platform and method',
    entries.slice(0, maxEntries),
  );
  return { embeds: [embed], components: [menu], mention: [] };
}
