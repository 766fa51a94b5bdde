/** What was read of the logs of runs, kept over restarts. The bodies are the reader's own. */
export interface MetricsStore {
  get(key: string): Uint8Array | undefined;
  put(key: string, body: Uint8Array): void;
}
