import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunLayout } from '../../domain/train-plan.js';
import type { EnvironmentKind, Manifest, MethodManifest } from './manifest/schema.js';

/** A method of the manifest in this toolset. Paths are absolute. */
export interface Backend {
  readonly platform: string;
  readonly platformLabel: string;
  readonly method: string;
  readonly environment: EnvironmentKind;
  readonly manifest: MethodManifest;
  /** The trainer's folder: its programs run here. */
  readonly folder: string;
  readonly configFile: string;
  readonly layout: RunLayout;
}

/** The toolset's checkout, as its manifest describes it. */
export interface Toolset {
  readonly root: string;
  readonly manifest: Manifest;
  /** All methods of the manifest, whether or not their trainers are there: what they made may be. */
  listDescribed(): readonly Backend[];
  /** Methods whose folder exists, in the manifest's order. Looks at the disk each time: a checkout may change. */
  listBackends(): readonly Backend[];
  /** Undefined when the manifest does not know it or its folder does not exist. */
  findBackend(platform: string, method: string): Backend | undefined;
}

/** `environment` stands in place of what the manifest says for each platform. */
export function createToolset(
  root: string,
  manifest: Manifest,
  options: { readonly environment?: EnvironmentKind } = {},
): Toolset {
  const backends = Object.entries(manifest.platforms).flatMap(([platform, { label, environment, methods }]) =>
    Object.entries(methods).map(([method, described]): Backend => {
      const folder = join(root, described.folder);
      return {
        platform,
        platformLabel: label,
        method,
        environment: options.environment ?? environment,
        manifest: described,
        folder,
        configFile: join(folder, described.config),
        layout: layoutOf(root, folder, described),
      };
    }),
  );
  const isThere = ({ folder }: Backend): boolean => existsSync(folder) && statSync(folder).isDirectory();
  return {
    root,
    manifest,
    listDescribed: () => backends,
    listBackends: () => backends.filter(isThere),
    findBackend: (platform, method) =>
      backends.find(
        (backend) => backend.platform === platform && backend.method === method && isThere(backend),
      ),
  };
}

function layoutOf(root: string, folder: string, method: MethodManifest): RunLayout {
  return {
    kind: method.runs.kind,
    runsDir: join(folder, method.runs.folder),
    logs: method.log.files,
    logFormat: method.log.format,
    ...(method.log.key !== undefined && { metricsKey: method.log.key }),
    checkpoints: method.checkpoints,
    finalModel: method.finalModel,
    ...(method.weights && { weights: method.weights }),
    ...(method.runs.old && { oldRunsDirs: method.runs.old.map((path) => join(root, path)) }),
  };
}
