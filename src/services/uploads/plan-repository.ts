import { tmpdir } from 'node:os';
import type { Finding } from '../../domain/plan.js';
import type { UploadPlan } from '../../domain/upload-plan.js';
import { HubTrouble } from '../hub/hub-trouble.js';
import type { HubClient, HubRepo } from '../hub/ports.js';
import { globPattern } from '../toolset/glob.js';
import { launchRepository } from './build-launch.js';
import { checkTarget, type Target } from './check-target.js';
import { blocker, warning } from './findings.js';
import type { PlanContext, PlannedUpload } from './plan-model.js';
import { checkUploadEnvironment } from './preflight/environment.js';
import { checkLlamaCpp } from './preflight/llama-cpp.js';
import { troubleFinding } from './preflight/token.js';
import { ggufBytes, modelSize } from './sizes.js';

export interface RepositoryWish {
  readonly repoId: string;
  readonly quantizations: readonly string[];
  readonly private: boolean;
}

const weightPatterns = ['*.safetensors', 'pytorch_model*.bin', 'adapter_model.bin'].map((each) =>
  globPattern(each),
);

/** The plan of GGUF files of a repository on the Hub, with its findings, but for the disk. */
export async function planRepository(context: PlanContext, wish: RepositoryWish): Promise<PlannedUpload> {
  const { parts, program, token } = context;
  const { hub, env } = parts;
  const source = token.ok ? await lookUp(hub, wish.repoId) : { findings: [] };
  const repoId = source.repo?.repoId ?? wish.repoId;
  const [target, environment, llamaCpp] = await Promise.all([
    checkTarget(parts, token, { repoId: `${repoId}-GGUF`, private: wish.private }),
    parts.environments.check('none'),
    checkLlamaCpp({ root: parts.toolset.root, llamaCpp: program.llamaCpp, ofRepository: true, env }),
  ]);
  const { interpreter } = environment;
  const full = source.fullBytes ?? 0;
  const gguf = ggufBytes(full, wish.quantizations, program.quantizations);
  // It is fetched into the cache, saved once more, and converted.
  const disk = 2 * full + gguf;
  const plan: UploadPlan = {
    kind: 'upload',
    source: { kind: 'hub', repoId, commit: source.repo?.commit ?? '' },
    repoId: target.repoId,
    private: target.repo?.private ?? false,
    quantizations: wish.quantizations,
    uploadBytes: gguf,
    diskBytes: disk,
    ...(target.overwrites && { overwrites: target.overwrites }),
    launch: launchRepository(parts.toolset, program, interpreter.found ? interpreter.path : 'python3', {
      repoId,
      quantizations: wish.quantizations,
    }),
    findings: [
      ...target.findings,
      ...source.findings,
      ...(token.ok ? checkMadePublic(source.repo, target, wish, hub) : []),
      ...llamaCpp,
      ...checkUploadEnvironment('none', environment),
    ],
  };
  // The program chooses the place itself: what is known is a guess.
  return { plan, need: { folder: env['HOME'] ?? tmpdir(), bytes: disk, from: 'guessed' } };
}

interface Source {
  readonly repo?: HubRepo;
  readonly fullBytes?: number;
  readonly findings: readonly Finding[];
}

async function lookUp(hub: HubClient, repoId: string): Promise<Source> {
  try {
    const repo = await hub.findRepo(repoId);
    const files = repo && (await hub.listFiles(repo.repoId, repo.commit));
    if (!repo || !files) {
      const remedy = 'Check its name; of a private one the token must be allowed to read.';
      return { findings: [blocker('source-missing', `There is no model ${repoId} on the Hub.`, remedy)] };
    }
    const weights = files.filter(({ path }) => weightPatterns.some((pattern) => pattern.test(path)));
    if (weights.length === 0) {
      const remedy = 'Choose a repository with safetensors or PyTorch weights in its main folder.';
      return { repo, findings: [blocker('source-no-weights', `${repo.repoId} holds no weights.`, remedy)] };
    }
    const bytes = weights.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const adapter = repo.files.includes('adapter_config.json');
    const { fullBytes } = modelSize({ size: { bytes, weightBytes: bytes }, adapter, baseModel: repo.repoId });
    return { repo, fullBytes, findings: [] };
  } catch (error) {
    if (!(error instanceof HubTrouble)) throw error;
    return { findings: [troubleFinding(error, hub)] };
  }
}

/** The program makes the repository of GGUF files public; one that is there keeps its visibility. */
function checkMadePublic(
  source: HubRepo | undefined,
  target: Target,
  wish: RepositoryWish,
  { endpoint }: Pick<HubClient, 'endpoint'>,
): readonly Finding[] {
  if (target.repo) return [];
  const { repoId } = target;
  const first = `Make ${repoId} as a private repository at ${endpoint}/new first: it is taken as it is.`;
  if (wish.private) {
    const message = `The upload program makes ${repoId} public, and private was asked.`;
    return [blocker('gguf-public', message, first)];
  }
  if (source?.private !== true) return [];
  const message = `${source.repoId} is private, and its GGUF files in ${repoId} will be public.`;
  return [warning('gguf-public', message, first)];
}
