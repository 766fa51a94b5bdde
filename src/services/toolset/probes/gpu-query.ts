const timeoutMs = 10_000;

/** One answer of nvidia-smi, as CSV without a head; undefined where there is none or it does not answer. */
export async function queryGpus(
  fields: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { execa } = await import('execa'); // At the first use: loading it takes as long as a tenth of the start.
  const result = await execa('nvidia-smi', [fields, '--format=csv,noheader,nounits'], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: 1000,
  });
  return result.failed ? undefined : result.stdout;
}

/** The fields of each line. */
export function csvRows(csv: string): readonly (readonly string[])[] {
  return csv
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((field) => field.trim()));
}

/** `[N/A]` and `[Not Supported]` are no numbers. */
export function csvNumber(field: string | undefined): number | undefined {
  return field !== undefined && /^\d+$/.test(field) ? Number(field) : undefined;
}
