import { createDigestReaders } from './digest-readers.js';
import { compileMatcher } from './compile-matcher.js';
import { createLineMatcher } from './line-matcher.js';
import type { LineMatcher } from './line-matcher.js';
import type { Reading } from './read-log.js';

/** What reads logs. Nothing is compiled or started before the first of them. */
export function createReading(): Reading {
  let module: WebAssembly.Module | undefined;
  let matcher: LineMatcher | undefined;
  const compiled = (): WebAssembly.Module => (module ??= compileMatcher());
  return {
    readers: createDigestReaders(compiled),
    matcher: () => (matcher ??= createLineMatcher(compiled())),
  };
}
