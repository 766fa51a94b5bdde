import type { Failure } from '../../domain/job.js';
import { troubleKindOf, type HubTrouble } from '../hub/hub-trouble.js';

/** Why an upload broke, and whether it may succeed later with nobody doing anything. */
export interface UploadTrouble {
  readonly failure: Failure;
  readonly passes: boolean;
  /** How long the Hub asks to wait. */
  readonly retryAfterMs?: number;
}

/** Characters of the program's own words in a message. */
const maxWords = 300;

// requests: `503 Server Error: …`; httpx: `Server error '503 Service Unavailable'`; our own program: `The Hub answered 503`.
const statusWords = [
  /\b(\d{3}) (?:Client|Server) Error\b/,
  /\b(?:Client|Server) error '(\d{3})\b/,
  /\bThe Hub answered (\d{3})\b/,
  // huggingface_hub, `utils/_http.py`, for a limit of its rate.
  /\b(429) Too Many Requests\b/,
];
/** huggingface_hub tells the header so: `Retry after 42 seconds (…)`; our own program says the same. */
const retryAfterWords = /\bRetry after (\d+) seconds?\b/i;

const diskFull = /No space left on device|\bENOSPC\b|Disk quota exceeded|\bEDQUOT\b/i;
const outOfMemory =
  /OutOfMemoryError|\bout of memory\b|CUBLAS_STATUS_ALLOC_FAILED|\bMemoryError\b|Cannot allocate memory/i;
const brokenModel =
  /Error while deserializing|SafetensorError|HeaderTooLarge|HeaderTooSmall|MetadataIncompleteBuffer|does not appear to have a file named|Model path not found|UnpicklingError|Unrecognized model|Can't load the (?:model|configuration)/i;
const noToken = /token (?:is )?required/i;
const network =
  /Connection (?:aborted|reset|refused|broken|error|timed out|to \S+ timed out)|Max retries exceeded|timed out|Temporary failure in name resolution|Name or service not known|nodename nor servname|Network is unreachable|No route to host|Remote end closed|IncompleteRead|Broken pipe|EOF occurred in violation|SSLError|cannot be reached|did not answer in time|\[Errno (?:-[23]|32|100|101|104|110|111|112|113)\]|Server disconnected|other side closed/i;

/** From the words that a program ended with; undefined where they tell of none of the known kinds. */
export function classifyWords(said: string): UploadTrouble | undefined {
  const words = shorten(said);
  const status = statusWords.map((one) => one.exec(said)?.[1]).find((one) => one !== undefined);
  if (status !== undefined) return classifyStatus(Number(status), words, said);
  if (diskFull.test(said)) return hopeless('disk-full', `The disk is full: ${words}`);
  if (outOfMemory.test(said)) return hopeless('out-of-memory', `There was not enough memory: ${words}`);
  if (brokenModel.test(said)) return hopeless('final-model-incomplete', `The model cannot be read: ${words}`);
  if (noToken.test(said)) return hopeless('upload-refused', words);
  if (network.test(said)) return passing(`The network broke: ${words}`);
  return undefined;
}

function classifyStatus(status: number, words: string, said: string): UploadTrouble {
  const kind = troubleKindOf(status);
  if (kind !== 'too-many' && kind !== 'failing')
    return hopeless('upload-refused', `The Hub refused: ${words}`);
  const seconds = retryAfterWords.exec(said)?.[1];
  const trouble = passing(
    kind === 'too-many' ? `The Hub asks to slow down: ${words}` : `The Hub has trouble of its own: ${words}`,
  );
  return seconds === undefined ? trouble : { ...trouble, retryAfterMs: Number(seconds) * 1000 };
}

/** What the Hub answered to the bot itself. */
export function classifyTrouble(trouble: HubTrouble, what: string): UploadTrouble {
  const message = `${what}: ${trouble.message}`;
  const { retryAfterMs } = trouble;
  if (!trouble.passes) return hopeless('upload-refused', message);
  return { ...passing(message), ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function hopeless(code: Failure['code'], message: string): UploadTrouble {
  return { failure: { code, message }, passes: false };
}

function passing(message: string): UploadTrouble {
  return { failure: { code: 'upload-network', message }, passes: true };
}

/** One line that can be read: an address may carry a signature in its query, and says enough without. */
export function shorten(said: string): string {
  const words = said.replace(/(https?:\/\/[^\s?'")]+)\?[^\s'")]*/g, '$1').trim();
  const cut = words.length > maxWords ? `${words.slice(0, maxWords - 2)} …` : words;
  return /[.!?…)]$/.test(cut) ? cut : `${cut}.`;
}
