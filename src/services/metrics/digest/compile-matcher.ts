import { assemble } from './assemble.js';
import { matchLinesSource } from './match-lines.wat.js';

/** The matcher's code, the same for all threads. Takes 10 ms the first time. */
export function compileMatcher(): WebAssembly.Module {
  return new WebAssembly.Module(assemble(matchLinesSource));
}
