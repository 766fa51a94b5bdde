import { createRequire } from 'node:module';
import { GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';

const require = createRequire(import.meta.url);

/** A name that no system has: letters are the same on every machine, and there on one without fonts. */
const family = 'Tuner Inter';
GlobalFonts.registerFromPath(
  require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  family,
);
GlobalFonts.registerFromPath(
  require.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
  family,
);

/** In px of a chart 800 px wide. A phone shows it at 45 %: 24 px become 11, the least that is read with ease. */
export const fontPx = 24;
export const font = { family, size: fontPx } as const;
export const plainFont = `400 ${fontPx}px "${family}"`;
export const boldFont = `600 ${fontPx}px "${family}"`;

export const colours = {
  /** Discord's own dark ground of embeds. */
  ground: '#2b2d31',
  text: '#dbdee1',
  quiet: '#a3a6ad',
  grid: '#43464d',
  fault: '#ff6b6b',
  recommended: '#57f287',
} as const;

/**
 * Colours that people with colour blindness tell apart, those that stand out on a dark ground first. Masataka Okabe and
 * Kei Ito, "Color Universal Design" (2008).
 */
const seriesColours = ['#56b4e9', '#e69f00', '#f0e442', '#cc79a7', '#009e73', '#d55e00'] as const;

/** The colour of a series by its index; beyond the last they begin anew. */
export function seriesColour(index: number): string {
  return seriesColours[index % seriesColours.length] ?? colours.text;
}

/** Text without emoji, which no font for a canvas brings in one colour: they would be boxes. */
export function drawnText(text: string): string {
  return text.replace(/[\p{Emoji_Presentation}\p{Emoji_Modifier}\u{fe0f}\u{200d}]/gu, '').trim();
}

const segmenter = new Intl.Segmenter('en');

/** The text, cut with `…` where it is wider than `widthPx` in the context's font. */
export function fitText(context: SKRSContext2D, text: string, widthPx: number): string {
  if (context.measureText(text).width <= widthPx) return text;
  let kept = '';
  for (const { segment } of segmenter.segment(text)) {
    if (context.measureText(`${kept}${segment}…`).width > widthPx) break;
    kept += segment;
  }
  return `${kept}…`;
}
