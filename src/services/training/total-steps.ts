/** What the number of steps follows from. */
export interface StepFactors {
  readonly examples?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly accumulation?: number | undefined;
  readonly epochs?: number | undefined;
  readonly maxSteps?: number | undefined;
}

/**
 * Optimizer steps of the whole training, as the Hugging Face Trainer counts them (`set_initial_training_values` in
 * transformers/trainer.py): `max_steps` when it is set, else epochs × steps an epoch, rounded up. An epoch has
 * ceil(ceil(examples / batch) / accumulation) steps; releases before 4.50 rounded the last division down
 * (huggingface/transformers#36297), so with those a run may end a step an epoch earlier. A part held back by
 * `--split-dataset` is not taken into account. Undefined where something is not known.
 */
export function computeTotalSteps(factors: StepFactors): number | undefined {
  const { examples, batchSize, accumulation = 1, epochs, maxSteps } = factors;
  if (maxSteps !== undefined && maxSteps > 0) return maxSteps;
  if (examples === undefined || examples === 0 || batchSize === undefined || epochs === undefined)
    return undefined;
  const batches = Math.ceil(examples / batchSize);
  const stepsPerEpoch = Math.max(1, Math.ceil(batches / accumulation));
  return Math.ceil(epochs * stepsPerEpoch);
}
