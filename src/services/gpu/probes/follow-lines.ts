import type { Readable } from 'node:stream';

/**
 * The small program around a reader: `sh -c SCRIPT name ARGV…`. The bot holds its standard input open and writes nothing: when
 * the bot ends, however it ends, the reader reads its end and takes the program along. A closed output alone would not do that: it
 * ends a program only when it writes, and nvidia-smi writes nothing while no program is on a card.
 */
const guardScript = `
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
(read -r _ <&3; kill "$program") </dev/null >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait "$program"
code=$?
kill "$guard" 2>/dev/null
exit $code
`;

export interface FollowedProgram {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** It ended, or fell silent: it is started again later. `absent`: there is no such program, and no further try. */
  readonly onEnd: (end: { readonly absent: boolean; readonly why: string }) => void;
  /** Without a line for so long it is taken for stuck, ms; absent: it may be silent. */
  readonly quietMs?: number;
  /** The first wait before it is started again, ms; it doubles. */
  readonly firstRetryMs?: number;
}

/** A program that is kept running. */
export interface LineFollower {
  start(): void;
  /** Resolves when the program is gone, or after 3 s. */
  stop(): Promise<void>;
}

const longestRetryMs = 5 * 60_000;
/** A program that ran this long was no failure to start. */
const settledMs = 60_000;
const longestLine = 10_000;
/** POSIX, sh: the program was not found. */
const notFound = 127;

/** Keeps a program running that writes lines for as long as the bot lives, and no longer. */
export function followLines(followed: FollowedProgram): LineFollower {
  const { onLine, onEnd, quietMs, firstRetryMs = 1000 } = followed;
  let stopped = true;
  let endChild = (): void => undefined;
  let running: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = firstRetryMs;

  async function run(): Promise<void> {
    const { execa } = await import('execa'); // At the first use: loading it takes as long as a tenth of the start.
    if (stopped) return;
    const startedAt = performance.now();
    const child = execa('/bin/sh', ['-c', guardScript, 'tuner-bot-gpu', ...followed.argv], {
      env: followed.env,
      extendEnv: false,
      // It writes for as long as the bot lives: nothing of it is kept.
      buffer: false,
      reject: false,
    });
    // The guard sees the end of its input and ends the program; should it not, the guard goes too.
    endChild = () => {
      child.stdin.end();
      setTimeout(() => child.kill('SIGKILL'), 2000).unref();
    };
    const watch = watchQuiet();
    let lastWords = '';
    readLines(child.stdout, (line) => {
      watch.heard();
      onLine(line);
    });
    readLines(child.stderr, (line) => {
      if (line.trim() !== '') lastWords = line.trim().slice(0, 300);
    });
    const { exitCode } = await child;
    watch.stop();
    endChild = () => undefined;
    if (stopped) return;
    if (performance.now() - startedAt >= settledMs) retryMs = firstRetryMs;
    const absent = exitCode === notFound;
    onEnd({ absent, why: watch.fellSilent ? 'it fell silent' : lastWords || wordsFor(exitCode) });
    if (absent) return;
    retry = setTimeout(begin, retryMs).unref();
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }

  function watchQuiet() {
    let timer: NodeJS.Timeout | undefined;
    const watch = {
      fellSilent: false,
      heard(): void {
        clearTimeout(timer);
        if (quietMs === undefined) return;
        timer = setTimeout(() => {
          watch.fellSilent = true;
          endChild();
        }, quietMs).unref();
      },
      stop: () => clearTimeout(timer),
    };
    watch.heard();
    return watch;
  }

  function begin(): void {
    running = run();
  }

  return {
    start() {
      if (!stopped) return;
      stopped = false;
      begin();
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      endChild();
      // One that hangs in the driver cannot be killed, and is not waited for.
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 3000).unref())]);
    },
  };
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    // A program that never ends a line must not fill the memory.
    rest = (lines.pop() ?? '').slice(-longestLine);
    for (const line of lines) onLine(line);
  });
}

function wordsFor(exitCode: number | undefined): string {
  return exitCode === undefined ? 'it was killed' : `it ended with exit code ${exitCode}`;
}
