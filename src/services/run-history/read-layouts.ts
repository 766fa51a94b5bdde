import { stat } from 'node:fs/promises';
import type { RunLayout } from '../../domain/train-plan.js';
import { readTrainerConfig } from '../toolset/config-file.js';
import type { Backend } from '../toolset/create-toolset.js';
import { layoutFor } from '../training/make-plan.js';

/** Times move in steps, 2 s at the coarsest: a file that changed this lately may change again without a trace. */
const restedMs = 2_500;

interface KeptLayout {
  readonly stamp: string;
  readonly layout: RunLayout;
}

/** Where a method's runs lie, as its trainer's config says now. A config that did not change is not parsed anew. */
export function createLayoutReader(): (backend: Backend) => Promise<RunLayout> {
  const kept = new Map<string, KeptLayout>();
  return async (backend) => {
    const { configFile } = backend;
    const nowMs = Date.now();
    const entry = await stat(configFile, { bigint: true }).catch(() => undefined);
    if (!entry) return backend.layout;
    const known = kept.get(configFile);
    const stamp = [entry.dev, entry.ino, entry.size, entry.mtimeNs, entry.ctimeNs].join(':');
    if (known?.stamp === stamp) return known.layout;
    kept.delete(configFile);
    const config = await readTrainerConfig(configFile);
    const layout = layoutFor(backend, config.ok ? config.value : undefined);
    const changedMs = Math.max(Number(entry.mtimeMs), Number(entry.ctimeMs));
    if (changedMs < nowMs - restedMs) kept.set(configFile, { stamp, layout });
    return layout;
  };
}
