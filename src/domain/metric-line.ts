import { readMetricDocument } from './metrics.js';
import type { LogFormat, MetricLine } from './metrics.js';

/** Longer lines are no metrics (bytes): they are counted as unreadable without being parsed, so that memory stays bounded. */
export const maxLineBytes = 256 * 1024;

/** Reads one line of a log, its line end left out. Never throws. */
export function readMetricLine(line: string, format: LogFormat): MetricLine {
  if (line.trim() === '') return { kind: 'blank' };
  return readMetricDocument(parsePythonJson(line), format);
}

/** A string, or a word that Python's json writes for a float and that JSON does not know; never a key. */
const stringOrWord = /"(?:[^"\\]|\\.)*"|(?:-?Infinity|NaN)(?!\s*:)/g;

/**
 * JSON as Python's `json.dumps` writes it: `NaN`, `Infinity` and `-Infinity` are values; they come back as strings of that name. Undefined
 * where it is not JSON (no JSON text means undefined).
 */
export function parsePythonJson(text: string): unknown {
  const plain = tryParse(text);
  if (plain !== undefined || !/NaN|Infinity/.test(text)) return plain;
  return tryParse(text.replace(stringOrWord, (match) => (match.startsWith('"') ? match : `"${match}"`)));
}

function tryParse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
