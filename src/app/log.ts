import { pino, type Logger } from 'pino';

/**
 * The log: pino JSON on standard output. `secrets` are texts that must never appear: each line is searched for them as it
 * is written, because a secret may stand within an error's message, where redaction by key does not look.
 */
export function createLog(level: string, secrets: readonly string[]): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'token',
          '*.token',
          'headers.authorization',
          '*.headers.authorization',
          'err.requestBody',
          '*.requestBody',
        ],
        censor: '[redacted]',
      },
      hooks: {
        streamWrite: (line) => secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), line),
      },
    },
    // Synchronous: the last line before an end is the one that matters most. The log is small.
    pino.destination({ dest: 1, sync: true }),
  );
}
