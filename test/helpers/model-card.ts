import { load } from 'js-yaml';
import { faultsOfCard } from '../../sandbox/hub/model-card.js';

/** The metadata of a card. Throws for a card that the Hub would refuse or that has none. */
export function loadCard(text: string): unknown {
  const faults = faultsOfCard(Buffer.from(text));
  const block = /^---\n([\s\S]*?)\n---\n/.exec(text)?.[1];
  if (faults.length > 0 || block === undefined) throw new Error(faults.join('\n') || 'no metadata');
  return load(block);
}
