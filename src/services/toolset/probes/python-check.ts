import { z } from 'zod';
import type { EnvironmentKind } from '../manifest/schema.js';

/** What the toolset's interpreter said of this machine. `detail` and `why` are for people. */
export type EnvironmentState =
  | { readonly state: 'ready'; readonly detail: string }
  /** The interpreter ran, and what is needed is not there. */
  | { readonly state: 'lacking'; readonly why: string }
  /** The interpreter itself could not be run. */
  | { readonly state: 'broken'; readonly why: string }
  /** It did not answer in time. */
  | { readonly state: 'unknown'; readonly why: string };

/** Importing torch takes 5 to 10 s, on a cold disk several times that. */
const timeoutMs = 90_000;

/** Libraries print what they like when they are imported; the answer is the line that begins with this. */
const mark = 'tuner-bot-check:';

const answerSchema = z.object({ ready: z.boolean(), text: z.string() });

const scripts: Readonly<Record<EnvironmentKind, string>> = {
  cuda: `
try:
    import torch
except ImportError as error:
    answer(False, "torch cannot be imported: %s" % error)
else:
    if torch.cuda.is_available():
        answer(True, "CUDA: %s" % torch.cuda.get_device_name(0))
    else:
        answer(False, "torch.cuda.is_available() is false")
`,
  metal: `
try:
    import mlx.core
except ImportError as error:
    answer(False, "mlx cannot be imported: %s" % error)
else:
    if mlx.core.metal.is_available():
        answer(True, "Metal")
    else:
        answer(False, "mlx.core.metal.is_available() is false")
`,
  none: `
answer(True, "Python %d.%d.%d" % sys.version_info[:3])
`,
};

const preamble = `
import json, sys
def answer(ready, text):
    print("\\n${mark}" + json.dumps({"ready": ready, "text": text}), flush=True)
`;

/** Asks an interpreter whether what a platform needs is there. Never rejects. */
export async function checkPython(
  python: string,
  kind: EnvironmentKind,
  env: Readonly<Record<string, string>>,
  limitMs: number = timeoutMs,
): Promise<EnvironmentState> {
  const { execa } = await import('execa'); // At the first use: loading it takes as long as a tenth of the start.
  const result = await execa(python, ['-c', preamble + scripts[kind]], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: limitMs,
    // A child that hangs in a driver ignores the termination.
    forceKillAfterDelay: 2000,
    // The answer is the last line; what libraries print before it may be long and is cut.
    maxBuffer: { stdout: 1_000_000, stderr: 100_000 },
  });
  const answer = readAnswer(result.stdout);
  if (answer)
    return answer.ready ? { state: 'ready', detail: answer.text } : { state: 'lacking', why: answer.text };
  if (result.timedOut) return { state: 'unknown', why: `it did not answer within ${limitMs / 1000} s` };
  return {
    state: 'broken',
    why: lastLine(result.stderr) ?? result.shortMessage ?? `exit code ${result.exitCode}`,
  };
}

function readAnswer(stdout: string): z.infer<typeof answerSchema> | undefined {
  const line = stdout.split('\n').findLast((each) => each.startsWith(mark));
  if (line === undefined) return undefined;
  const answer = answerSchema.safeParse(JSON.parse(line.slice(mark.length)));
  return answer.success ? answer.data : undefined;
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim()
    .slice(0, 300);
}
