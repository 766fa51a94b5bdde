const timeoutMs = 10_000;

/** How nvidia-smi is asked for both of its tables, by a question as by a reader. */
export const csvFormat = '--format=csv,noheader,nounits';

/** One answer of nvidia-smi, as CSV without a head; undefined where there is none or it does not answer. */
export async function queryGpus(
  fields: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { execa } = await import('execa'); // At the first use: loading it takes as long as a tenth of the start.
  const result = await execa('nvidia-smi', [fields, csvFormat], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: 1000,
  });
  return result.failed ? undefined : result.stdout;
}
