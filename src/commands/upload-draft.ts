import { z } from 'zod';
import { saveMethods } from '../domain/upload-plan.js';
import { wizardSteps, type UploadWizard } from '../domain/upload-wizard.js';
import { UserError } from '../domain/user-error.js';
import type { Actor } from '../domain/access.js';
import type { DraftStore } from './draft.js';

const steps = z.array(z.enum(wizardSteps));

const wizardSchema = z.object({
  requestedBy: z.string(),
  fixed: steps,
  skipped: steps,
  source: z.enum(['run', 'hub']).optional(),
  type: z.object({ platform: z.string(), method: z.string() }).optional(),
  run: z.object({ id: z.string(), name: z.string(), method: z.string(), methodLabel: z.string() }).optional(),
  checkpoints: z.array(z.union([z.literal('final'), z.number()])).optional(),
  repo: z.string().optional(),
  saveMethod: z.enum(saveMethods).optional(),
  quantizations: z.array(z.string()).optional(),
  private: z.boolean(),
  marked: z.array(z.string()),
  page: z.number(),
  planId: z.string().optional(),
});

/** A draft as it was read: changes are written only over what was read. */
export interface OpenDraft {
  readonly id: string;
  readonly wizard: UploadWizard;
  /** Puts another in its place; undefined when another press came first. */
  save(wizard: UploadWizard): OpenDraft | undefined;
}

export function beginDraft(drafts: DraftStore, wizard: UploadWizard): OpenDraft {
  const json = JSON.stringify(wizard);
  return toDraft(drafts, drafts.put(json), wizard, json);
}

/** The draft that a button belongs to. Throws UserError when it is gone, or another's. */
export function openDraft(drafts: DraftStore, id: string | undefined, actor: Actor): OpenDraft {
  const json = id === undefined ? undefined : drafts.get(id);
  const read = json === undefined ? undefined : wizardSchema.safeParse(JSON.parse(json));
  if (id === undefined || json === undefined || !read?.success) {
    throw new UserError('This question is too old.', 'Type /upload again.');
  }
  if (read.data.requestedBy !== actor.userId) {
    throw new UserError('Only the person who asked may choose here.', 'Type /upload yourself.');
  }
  return toDraft(drafts, id, read.data, json);
}

function toDraft(drafts: DraftStore, id: string, wizard: UploadWizard, was: string): OpenDraft {
  return {
    id,
    wizard,
    save(next) {
      const json = JSON.stringify(next);
      return json === was || drafts.replace(id, json, was) ? toDraft(drafts, id, next, json) : undefined;
    },
  };
}
