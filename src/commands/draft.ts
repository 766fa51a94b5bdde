/**
 * Requests that wait for an answer to a question (which platform and method?). Kept outside the message, whose
 * custom_id is too short for them, and outside the process, so that the menu still works after a restart.
 */
export interface DraftStore {
  /** Keeps a JSON text; the id is short (at most 40 characters, none of them `:`). */
  put(json: string): string;
  get(id: string): string | undefined;
  /** Puts `json` in place of `was`; false when something else stands there by now. */
  replace(id: string, json: string, was: string): boolean;
  /** Takes it out: of several callers exactly one gets it. */
  take(id: string): string | undefined;
}
