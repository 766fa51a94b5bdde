import { isMapping } from './yaml.js';

export type DatasetShape = 'sft' | 'kto' | 'dpo' | 'any';

/** One example judged: its label where it has one (kto), or why a trainer would refuse it. */
export type Judged =
  { readonly ok: true; readonly label?: boolean } | { readonly ok: false; readonly why: string };

const good: Judged = { ok: true };
const bad = (why: string): Judged => ({ ok: false, why });

const roles = ['system', 'user', 'assistant'];

/** Judges a parsed line by the shape that the method needs. `why` is a clause for people. */
export function judgeExample(shape: DatasetShape, example: unknown): Judged {
  if (!isMapping(example)) return bad('it is not an object');
  switch (shape) {
    case 'any':
      return good;
    case 'sft':
      return judgeText(example);
    case 'kto': {
      const text = judgeText(example);
      if (!text.ok) return text;
      const { label } = example;
      if (typeof label === 'boolean') return { ok: true, label };
      return bad(label === undefined ? '"label" is missing' : '"label" is not true or false');
    }
    default:
      return firstBad(['prompt', 'chosen', 'rejected'].map((key) => judgeAnswer(example, key)));
  }
}

/** Conversations, messages, or prompt and completion. */
function judgeText(example: Readonly<Record<string, unknown>>): Judged {
  for (const key of ['conversations', 'messages']) {
    if (example[key] !== undefined) return judgeConversation(example[key], key);
  }
  if (example.prompt === undefined && example.completion === undefined) {
    return bad('it has neither "conversations" nor "messages" nor "prompt" and "completion"');
  }
  return firstBad(['prompt', 'completion'].map((key) => judgeAnswer(example, key)));
}

function judgeConversation(conversation: unknown, key: string): Judged {
  if (!Array.isArray(conversation)) return bad(`"${key}" is not a list`);
  if (conversation.length === 0) return bad(`"${key}" is empty`);
  for (const [index, message] of conversation.entries()) {
    const where = `message ${index + 1} of "${key}"`;
    if (!isMapping(message)) return bad(`${where} is not an object`);
    if (typeof message.role !== 'string' || !roles.includes(message.role)) {
      return bad(`${where} has no role of ${roles.join(', ')}`);
    }
    if (typeof message.content !== 'string') return bad(`${where} has no text as "content"`);
  }
  return good;
}

/** A text, or a list of messages, as the preference trainers take both. */
function judgeAnswer(example: Readonly<Record<string, unknown>>, key: string): Judged {
  const value = example[key];
  if (typeof value === 'string') return good;
  if (Array.isArray(value)) return judgeConversation(value, key);
  return bad(value === undefined ? `"${key}" is missing` : `"${key}" is not a text`);
}

function firstBad(judged: readonly Judged[]): Judged {
  return judged.find((each) => !each.ok) ?? good;
}
