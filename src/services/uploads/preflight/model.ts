import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../../domain/plan.js';
import type { SaveMethod } from '../../../domain/upload-plan.js';
import { blocker, warning } from '../findings.js';
import type { FoundModel } from '../find-model.js';

/** Whether the model's folder is whole and of a kind that the upload program takes. */
export async function checkModel(
  found: FoundModel,
  saveMethod: SaveMethod,
  gguf: boolean,
): Promise<readonly Finding[]> {
  const { source, incomplete } = found;
  const { path, checkpoint } = source;
  const entry = await stat(path).catch(() => undefined);
  if (!entry) {
    return [blocker('model-gone', `${checkpoint} is not there any more.`, 'Choose another checkpoint.')];
  }
  if (incomplete !== undefined) {
    const remedy = 'Choose another checkpoint, or wait until it is written.';
    return [blocker('model-incomplete', `${checkpoint} is not complete: ${incomplete}.`, remedy)];
  }
  if (!entry.isDirectory()) {
    const message = `${checkpoint} is a file, and the upload program takes folders.`;
    return [blocker('model-file', message, 'Choose the final model.')];
  }
  return [...(await checkForm(source, saveMethod, gguf)), ...checkStays(found)];
}

/** A training removes its older checkpoints, and an upload that needs a GPU waits for its end. */
function checkStays({ source, running }: FoundModel): readonly Finding[] {
  if (!running || source.step === undefined) return [];
  const message = `${source.runName} is still training: ${source.checkpoint} may be removed before it is uploaded.`;
  const remedy = 'Save the adapter alone (lora), which waits for no GPU, or take the final model at the end.';
  return [warning('run-running', message, remedy)];
}

/** Whether what stands beside the weights lets others load them. */
async function checkForm(
  { path, checkpoint }: FoundModel['source'],
  saveMethod: SaveMethod,
  gguf: boolean,
): Promise<readonly Finding[]> {
  if (await isThere(join(path, 'adapter_config.json'))) return [];
  if (await isThere(join(path, 'config.json'))) return [];
  const message = `${checkpoint} has neither adapter_config.json nor config.json`;
  if (saveMethod !== 'lora' || gguf) {
    const remedy =
      'Choose a model that PEFT or transformers saved, or upload it as it stands (lora, no GGUF).';
    return [blocker('model-form', `${message}: it cannot be loaded to be merged.`, remedy)];
  }
  return [
    warning('model-form', `${message}: others will not be able to load it.`, 'Add it to the folder first.'),
  ];
}

/** Whether the folder of an adapter, as its config tells. */
export async function isAdapter(path: string): Promise<boolean> {
  const [adapter, config] = await Promise.all([
    isThere(join(path, 'adapter_config.json')),
    isThere(join(path, 'config.json')),
  ]);
  return adapter || !config;
}

/** Whether the program's file stands in the toolset. */
export async function checkProgram(cwd: string, module: string): Promise<readonly Finding[]> {
  const path = join(cwd, ...module.split('.'));
  if ((await isThere(`${path}.py`)) || (await isThere(join(path, '__main__.py')))) return [];
  return [
    blocker(
      'program-missing',
      `The toolset has no upload program (${path}.py).`,
      'Update the toolset, or name the program in the section upload of its manifest.',
    ),
  ];
}

async function isThere(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
