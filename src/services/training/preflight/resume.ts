import type { Finding } from '../../../domain/plan.js';
import type { Whole } from '../../toolset/whole.js';
import type { ResumePoint } from '../find-resume.js';

/** Whether the checkpoint to go on from is whole, and whether anything is left to train from there. */
export function checkResume(
  resume: (ResumePoint & { readonly whole: Whole }) | undefined,
  totalSteps: number | undefined,
): readonly Finding[] {
  if (!resume) return [];
  if (!resume.whole.whole) {
    return [
      {
        level: 'blocker',
        code: 'resume-incomplete',
        message: `The checkpoint ${resume.label} is not complete: ${resume.whole.why}.`,
        remedy: 'Choose another checkpoint.',
      },
    ];
  }
  if (totalSteps === undefined || resume.step < totalSteps) return [];
  return [
    {
      level: 'warning',
      code: 'resume-past-end',
      message: `The checkpoint is at step ${resume.step} of ${totalSteps}: nothing is left to train.`,
      remedy: 'Raise epochs or max_steps.',
    },
  ];
}
