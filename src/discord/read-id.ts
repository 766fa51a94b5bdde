/** The id in Discord's answer to a create or an edit. Throws when there is none. */
export function readId(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'id' in answer && typeof answer.id === 'string') {
    return answer.id;
  }
  throw new Error('Discord answered without an id.');
}
