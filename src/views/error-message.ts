import type { Right } from '../domain/access.js';
import type { UserError } from '../domain/user-error.js';
import { lines } from './embed.js';
import type { MessageBody } from './message.js';
import { code, sentences } from './text.js';

/** What happened and what to do now. The texts of a UserError are plain: they are escaped here. */
export function errorMessage(error: UserError): MessageBody {
  const remedy = error.remedy === undefined ? undefined : `→ ${sentences(error.remedy, 350)}`;
  return words(lines(`⚠️ **${sentences(error.message, 600)}**`, remedy));
}

/** A defect of the bot: nothing of it is shown but a reference that stands in the log. */
export function defectMessage(reference: string): MessageBody {
  return words(
    lines(
      '❌ **That went wrong inside the bot, and it was logged.**',
      `→ Try it again. If it stays so, give an administrator this reference: ${code(reference, 100)}`,
    ),
  );
}

const rightNames: Readonly<Record<Right, string>> = {
  view: 'see runs and jobs',
  train: 'start and stop trainings',
  upload: 'upload models',
  administer: 'administer the bot',
};

/** A person without the right. */
export function refusalMessage(right: Right): MessageBody {
  return words(
    lines(
      `🔒 **You may not ${rightNames[right]} here: the right \`${right}\` is missing.**`,
      `→ Ask an administrator to add one of your roles, or you, to \`access.${right}\` in the bot's settings.`,
    ),
  );
}

/** A short word, for one person or as an answer. */
export function wordMessage(text: string): MessageBody {
  return words(text);
}

function words(content: string): MessageBody {
  return { content, embeds: [], components: [], files: [], mention: [] };
}
