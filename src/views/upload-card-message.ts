import { lines } from './embed.js';
import type { MessageBody, MessageFile } from './message.js';
import { countOf } from './numbers.js';

/** The model cards of a plan, whole, as files. */
export function cardMessage(files: readonly MessageFile[]): MessageBody {
  return {
    content: lines(
      `📝 **${files.length === 1 ? 'The model card' : countOf(files.length, 'model card')}**, as far as it is known now.`,
      'The upload program writes the card; what its metadata lacks is put in. Results may be added to it.',
    ),
    files,
    mention: [],
  };
}
