// Puts the built bot into one file: some 200 small modules cost a start more than discord.js does beside them. Packages
// stay outside, but for zod, of which most (messages in 60 languages) is never used. Workers are files of their own.
import { build } from 'rolldown';

await build({
  input: 'dist/src/index.js',
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/') && !/(^|\/)zod(\/|$)/.test(id),
  output: { file: 'dist/tuner-bot.js', format: 'esm', codeSplitting: false },
  logLevel: 'warn',
});
