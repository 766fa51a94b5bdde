import { expect } from 'vitest';
import type { MessageBody } from '../../../src/views/message.js';
import { checkMessage, checkModal } from '../../helpers/discord-limits.js';
import { alice, openJobs } from '../../helpers/jobs.js';
import { renderMessage } from '../../helpers/render-message.js';
import type { RunFiles } from '../../helpers/run-tree.js';
import { makeUploadDesk } from '../../helpers/upload-desk.js';
import { customIds, openCommands, titleOf } from './setup.js';

/** Step 100 is the one to take: the higher margin, with a KL that is small. */
const log = [
  { step: 50, loss: 0.5, kl: 0.1, 'rewards/margins': 0.2 },
  { step: 100, loss: 0.4, kl: 0.2, 'rewards/margins': 0.9 },
];

/** The command over a toolset with one kto run and a stand-in for the Hub, whose user is tess. */
export async function setUp(run: Partial<RunFiles> = {}) {
  const made = await makeUploadDesk({ run: { log, ...run } });
  const setup = await openJobs({ slots: [] });
  return { made, setup, ...openCommands(setup, undefined, undefined, made) };
}

export type Opened = Awaited<ReturnType<typeof setUp>>;

/** A person at the wizard's one message. */
export function personAt({ press, submit, openModal }: Opened, first: MessageBody, actor = alice) {
  let shown = first;
  const idOf = (part: string): string => {
    const id = customIds(shown).find((one) => one.startsWith(`upload:${part}`));
    if (id === undefined) throw new Error(`No ${part} on: ${renderMessage(shown)}`);
    return id;
  };
  const see = <T extends { replies: readonly MessageBody[]; announced: readonly MessageBody[] }>(
    answer: T,
  ): T => {
    for (const message of [...answer.replies, ...answer.announced]) expect(checkMessage(message)).toEqual([]);
    shown = answer.replies.at(-1) ?? shown;
    return answer;
  };
  return {
    shown: () => shown,
    text: () => renderMessage(shown),
    title: () => titleOf(shown),
    idOf,
    choose: async (...values: string[]) => see(await press(idOf('pick'), actor, values)),
    press: async (part: string) => see(await press(idOf(part), actor)),
    async name(repo: string) {
      const modal = await openModal(idOf('name'), actor);
      expect(checkModal(modal)).toEqual([]);
      return { modal, ...see(await submit(modal.custom_id, actor, { repo })) };
    },
  };
}

export async function begin(opened: Opened, options: Record<string, string | boolean> = {}) {
  const { replies } = await opened.give('upload', options, alice);
  expect(checkMessage(replies[0]!)).toEqual([]);
  return personAt(opened, replies.at(-1)!);
}
