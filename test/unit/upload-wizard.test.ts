import { describe, expect, test } from 'vitest';
import {
  goBackTo,
  nextStep,
  stepBefore,
  type UploadWizard,
  type WizardStep,
} from '../../src/domain/upload-wizard.js';

const begun: UploadWizard = { requestedBy: '1', fixed: [], skipped: [], private: true, marked: [], page: 0 };

const run = { id: 'r1', name: '20251122_143000', method: 'kto', methodLabel: 'KTO' };

/** An answer for each step. */
const answers: Record<WizardStep, Partial<UploadWizard>> = {
  type: { source: 'run', type: { platform: 'rtx', method: 'kto' } },
  run: { run },
  checkpoints: { checkpoints: ['final'] },
  repo: { repo: 'anna/one' },
  save: { saveMethod: 'lora' },
  gguf: { quantizations: [] },
};

/** Answers step by step what is asked, as a person does; returns what was asked. */
function walk(wizard: UploadWizard): { asked: WizardStep[]; done: UploadWizard } {
  const asked: WizardStep[] = [];
  for (let step = nextStep(wizard); step; step = nextStep(wizard)) {
    asked.push(step);
    wizard = { ...wizard, ...answers[step] };
  }
  return { asked, done: wizard };
}

test('asks for everything that is left out, in its order', () => {
  expect(walk(begun).asked).toEqual(['type', 'run', 'checkpoints', 'repo', 'save', 'gguf']);
  expect(walk({ ...begun, run, fixed: ['type', 'run'] }).asked).toEqual([
    'checkpoints',
    'repo',
    'save',
    'gguf',
  ]);
  expect(walk({ ...begun, source: 'hub' }).asked).toEqual(['repo', 'gguf']);
});

describe('Back', () => {
  test('leads from the end through each step to the first', () => {
    let { done: wizard } = walk(begun);
    const visited: (WizardStep | undefined)[] = [];
    for (let step = stepBefore(wizard); step; step = stepBefore(wizard)) {
      wizard = goBackTo(wizard, step);
      visited.push(nextStep(wizard));
    }
    expect(visited).toEqual(['gguf', 'save', 'repo', 'checkpoints', 'run', 'type']);
    expect(wizard).toMatchObject(begun);
  });

  test('passes over what options said, and what had one answer', () => {
    const wizard: UploadWizard = {
      ...walk(begun).done,
      fixed: ['repo'],
      skipped: ['type', 'checkpoints'],
      saveMethod: undefined,
      quantizations: undefined,
    };
    expect(nextStep(wizard)).toBe('save');
    expect(stepBefore(wizard)).toBe('run');
    const back = goBackTo(wizard, 'run');
    expect(back).toMatchObject({
      run: undefined,
      checkpoints: undefined,
      repo: 'anna/one',
      skipped: ['type'],
    });
    expect(nextStep(back)).toBe('run');
    expect(stepBefore(back)).toBeUndefined();
  });

  test('from a repository on the Hub asks anew what is to be uploaded', () => {
    const hub: UploadWizard = { ...begun, source: 'hub', repo: 'anna/base' };
    expect(stepBefore(hub)).toBe('repo');
    const named = goBackTo(hub, 'repo');
    expect(stepBefore(named)).toBe('type');
    expect(nextStep(goBackTo(named, 'type'))).toBe('type');
    expect(stepBefore({ ...hub, fixed: ['type'] })).toBe('repo');
  });
});
