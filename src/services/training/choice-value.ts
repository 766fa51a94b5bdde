import { createHash } from 'node:crypto';

/** Discord's limit for the name and for the value of a choice. */
const maxChoiceLength = 100;

/**
 * What stands for a name in a choice: itself, or, where Discord would not take it, a short form that is looked up like
 * it.
 */
export function choiceValue(name: string): string {
  if (name.length <= maxChoiceLength) return name;
  return `#${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}

/** A name as a choice shows it: its end is what tells files apart. */
export function choiceName(name: string): string {
  return name.length <= maxChoiceLength ? name : `…${name.slice(name.length - maxChoiceLength + 1)}`;
}

/** Whether what was typed occurs in the name: every word of it, in any order, letter case aside. */
export function matchesTyped(name: string, typed: string): boolean {
  const lower = name.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
