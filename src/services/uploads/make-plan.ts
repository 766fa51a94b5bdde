import type { Finding } from '../../domain/plan.js';
import type { UploadBatch, UploadPlan } from '../../domain/upload-plan.js';
import { UserError } from '../../domain/user-error.js';
import { mapLimited } from '../toolset/map-limited.js';
import type { UploadProgram } from '../toolset/manifest/schema.js';
import { join } from 'node:path';
import { parseRepo } from './parse-repo.js';
import type { UploadParts } from './parts.js';
import { planModel, type ModelWish, type PlannedUpload } from './plan-model.js';
import { planRepository, type RepositoryWish } from './plan-repository.js';
import { checkDisk } from './preflight/disk.js';
import { checkProgram } from './preflight/model.js';
import { isSameName } from './preflight/rights.js';
import { checkToken } from './preflight/token.js';
import type { UploadRequest } from './upload-desk.js';

/** One upload of a request, with its repository. */
export type Wish = ModelWish | RepositoryWish;

/** Uploads looked at side by side; more would only queue for the disk and the Hub. */
const parallel = 3;

/** The upload program of the manifest. Throws UserError when it names none. */
export function requireProgram({ toolset }: Pick<UploadParts, 'toolset'>): UploadProgram {
  const { upload } = toolset.manifest;
  if (upload) return upload;
  throw new UserError(
    'The manifest of the toolset names no upload program.',
    'Add the section `upload`, as in configs/toolsets/synaptic-2026.yaml.',
  );
}

/** What is asked for, an upload each. Throws UserError for what is wrong with the request. */
export function wishesOf(parts: UploadParts, request: UploadRequest): readonly Wish[] {
  const { source } = request;
  const quantizations = checkQuantizations(requireProgram(parts), request);
  if (source.kind === 'hub') {
    const repoId = parseRepo(source.repoId, parts.username);
    parseRepo(`${repoId}-GGUF`, undefined);
    return [{ repoId, quantizations, private: request.private }];
  }
  const { saveMethod } = request;
  const several = source.models.length > 1;
  if (source.models.length === 0)
    throw new UserError('No model was chosen.', 'Choose a run and a checkpoint.');
  if (saveMethod === undefined) throw new UserError('No save method was chosen.', 'Choose one.');
  const typed = parseRepo(request.repo ?? '', parts.username);
  const wishes = source.models.map((choice) => {
    const suffix = several && choice.checkpoint !== 'final' ? `-step-${choice.checkpoint}` : '';
    const repoId = parseRepo(`${typed}${suffix}`, undefined);
    return { choice, repoId, saveMethod, quantizations, private: request.private };
  });
  for (const [index, { repoId }] of wishes.entries()) {
    if (wishes.slice(0, index).every((before) => !isSameName(before.repoId, repoId))) continue;
    throw new UserError(
      `Two of the chosen models would go to ${repoId}.`,
      'Choose checkpoints at different steps, or upload them one by one.',
    );
  }
  return wishes;
}

function checkQuantizations(program: UploadProgram, request: UploadRequest): readonly string[] {
  const known = Object.keys(program.quantizations);
  const asked = [...new Set(request.quantizations.map((name) => name.trim().toUpperCase()))];
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UserError(
      `The upload program does not know the quantization ${unknown.slice(0, 40)}.`,
      known.length > 0 ? `Choose of ${known.join(', ')}.` : 'The manifest of the toolset names none.',
    );
  }
  if (asked.length > 0 || request.source.kind === 'models') return asked;
  return known.slice(0, program.usualQuantizations);
}

/** The plan and its preflight: of several uploads a batch. */
export async function planWishes(
  parts: UploadParts,
  wishes: readonly Wish[],
): Promise<UploadPlan | UploadBatch> {
  const program = requireProgram(parts);
  const token = await checkToken(parts.hub, parts.token);
  const context = { parts, program, token };
  const planned = await mapLimited(wishes, parallel, (wish): Promise<PlannedUpload> =>
    'choice' in wish ? planModel(context, wish) : planRepository(context, wish),
  );
  const shared = [
    ...(await checkProgram(join(parts.toolset.root, program.cwd), program.module)),
    ...(await checkDisk(planned.map(({ need }) => need))),
  ];
  const [first, ...others] = planned.map(({ plan }) => plan);
  if (!first) throw new Error('Nothing to plan');
  if (others.length === 0) return { ...first, findings: [...first.findings, ...shared] };
  return lift([first, ...others], shared);
}

/** What is found of every upload is said once, of the batch. */
function lift(uploads: readonly UploadPlan[], shared: readonly Finding[]): UploadBatch {
  const textOf = ({ code, message }: Finding): string => `${code}\0${message}`;
  const counts = new Map<string, number>();
  for (const { findings } of uploads) {
    for (const text of new Set(findings.map(textOf))) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const isCommon = (finding: Finding): boolean => counts.get(textOf(finding)) === uploads.length;
  return {
    kind: 'upload-batch',
    uploads: uploads.map((upload) => ({
      ...upload,
      findings: upload.findings.filter((finding) => !isCommon(finding)),
    })),
    findings: [...(uploads[0]?.findings.filter(isCommon) ?? []), ...shared],
  };
}
