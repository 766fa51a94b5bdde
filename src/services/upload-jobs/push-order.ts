import { z } from 'zod';

/** What the child that pushes alone is told, by a file: no secret stands in it. */
export const pushOrderSchema = z.object({
  repoId: z.string(),
  /** Of a repository that must be made. */
  private: z.boolean(),
  files: z.array(z.object({ path: z.string(), file: z.string(), sizeBytes: z.number() })),
  /** GGUF files that an earlier try has pushed already, told again for whoever reads the output. */
  said: z.array(z.object({ name: z.string(), sizeMiB: z.number() })),
});
export type PushOrder = z.infer<typeof pushOrderSchema>;
