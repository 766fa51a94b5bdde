/**
 * Text that others wrote (trainers, file names, people) on its way into a message. Nothing in it may ping, format, link,
 * reorder or hide what stands around it, nor leave its code block.
 */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Code units one visible character may have: the longest emoji sequences have fewer, piled-up accents have more. */
const clusterUnits = 24;

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

// Terminal control sequences (colours, cursor), when their escape character is still there.
const terminalSequence = /(?![\t\n\r])\p{Cc}(?:\[[\d;?]*[A-Za-z]|\][^\p{Cc}]*\p{Cc})/gu;
// Invisible characters (bidi overrides, zero-width spaces, tags, fillers); the joiners of emoji and Persian stay.
const invisible = /(?![\u200c\u200d])\p{Cf}|[\u115f\u1160\u3164\uffa0\u2800]/gu;
const loneSurrogate = /\p{Surrogate}/gu;

/** One line of visible characters: no control, bidi or zero-width characters, no halves of a surrogate pair. */
export function cleanLine(text: string): string {
  return text
    .replace(terminalSequence, '')
    .replace(/[\t\n\r\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(invisible, '')
    .replace(loneSurrogate, '\u{fffd}')
    .trim();
}

/** The visible characters (grapheme clusters) of a text, each cut to a sane length. */
export function graphemes(text: string): string[] {
  const found: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    found.push(segment.length > clusterUnits ? cutCluster(segment) : segment);
  }
  return found;
}

function cutCluster(cluster: string): string {
  let kept = '';
  for (const character of cluster) {
    if (kept.length + character.length > clusterUnits) break;
    kept += character;
  }
  return kept;
}

/** At most `max` code units (what Discord's limits are safest counted in), cut between visible characters, with `…`. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  // Segmenting costs time by length: more than this can never be kept.
  for (const cluster of graphemes(text.slice(0, max + clusterUnits))) {
    if (kept.length + cluster.length > max - 1) break;
    kept += cluster;
  }
  return `${kept}…`;
}

/** Keeps the writing direction of a name from turning what stands beside it. */
function isolate(text: string): string {
  return rightToLeft.test(text) ? `\u{2068}${text}\u{2069}` : text;
}

/**
 * A foreign text as plain words in a message: it neither formats, nor links, nor mentions. At most `max` code units,
 * escapes included.
 */
export function plain(text: string, max = 300): string {
  const escaped = graphemes(truncate(cleanLine(text), max)).map(escapeCluster);
  const whole = escaped.join('');
  if (whole.length <= max) return isolate(defuse(whole));
  let kept = '';
  for (const cluster of escaped) {
    if (kept.length + cluster.length > max - 1) break;
    kept += cluster;
  }
  return isolate(defuse(`${kept}…`));
}

function escapeCluster(cluster: string): string {
  return cluster.replace(/[\\*_~`|<>[\]]/g, String.raw`\$&`);
}

/** What is only special beside something else: list marks and headings at the start, links, mentions of all. */
function defuse(text: string): string {
  return text
    .replace(/^[#+-]/, String.raw`\$&`)
    .replace(/^(\d+)(?=[.)])/, '$1\\')
    .replace(/:(?=\/\/)/g, String.raw`\:`)
    .replace(/@(?=everyone|here)/gi, '@\u{200b}');
}

/** A foreign text as inline code: names, paths, values. Empty text shows as `–`. */
export function code(text: string, max = 300): string {
  const shown = truncate(cleanLine(text), max).replaceAll('`', 'ˋ');
  return `\`${isolate(shown === '' ? '–' : shown)}\``;
}

const userMention = /(<@\d{1,20}>)/;

/**
 * Sentences of our own services that may quote foreign names: escaped, but for mentions of users, which show who is
 * meant (and ping nobody: a message pings only those in its `mention`). Line ends stay.
 */
export function sentences(text: string, max = 600): string {
  return truncate(text, max)
    .split('\n')
    .map((line) =>
      cleanLine(line)
        .split(userMention)
        .map((part) => (userMention.test(part) ? part : escapeWords(part)))
        .join(''),
    )
    .join('\n');
}

/** As `plain`, with the spaces around it kept and nothing cut. */
function escapeWords(text: string): string {
  return isolate(defuse(graphemes(text).map(escapeCluster).join('')));
}
