import { describe, expect, test } from 'vitest';
import { buttonsOf, findButton, selectsOf } from '../../sandbox/driver/components.js';
import type { Person } from '../../sandbox/driver/driver.js';
import { badAnswers, messagesIn, textOf, type Message } from '../helpers/sandbox.js';
import {
  endOf,
  jobMessage,
  planBy,
  planIn,
  startUploadApp,
  toldTo,
  trainKtoOnce,
} from '../helpers/upload-app.js';
import { filesOn } from '../helpers/upload-program.js';
import { waitFor } from '../helpers/wait-for.js';

const trained = trainKtoOnce();

/** Waits for the wizard, which is one message, to ask this. */
const asks = (person: Person, what: RegExp): Promise<Message> => toldTo(person, what);

/** Chooses the entry whose label fits. */
async function choose(person: Person, message: Message, ...labels: RegExp[]): Promise<void> {
  const options = selectsOf(message)[0]?.options ?? [];
  const values = labels.map(
    (label) => options.find((option) => label.test(option.label))?.value ?? `no ${label}`,
  );
  await person.choose(message, values);
}

async function name(person: Person, message: Message, repo: string): Promise<void> {
  const { outcome } = await person.press(message, 'Name the repository');
  if (outcome.kind !== 'modal') throw new Error(outcome.kind);
  await person.submit({ modal: outcome.modal, message }, { repo });
}

describe('/upload on a real connection', () => {
  test('by options alone: plan in the channel, press, verified on the Hub, told with a link', async () => {
    const { sandbox, hub, tom } = await startUploadApp(trained);
    const plan = await planBy(
      tom,
      sandbox,
      `run:${trained.run} checkpoint:final repo:one save_method:merged_4bit gguf:False`,
    );
    expect(textOf(plan)).toContain('Ready: Upload to tess/one');
    expect(textOf(plan)).toMatch(/Margin/);
    expect(hub.repos.find('model', 'tess/one')).toBeUndefined();
    await tom.press(plan, 'Upload');
    expect(await endOf(sandbox, 1)).toMatch(/uploaded · tess\/one/);
    const live = await jobMessage(sandbox, 1);
    await waitFor(() => /✅ Uploaded · tess\/one/.test(textOf(live)));
    const commit = hub.repos.find('model', 'tess/one')?.commits.at(-1)?.id ?? '';
    expect(textOf(live)).toContain(`at commit \`${commit.slice(0, 12)}\``);
    for (const { path } of filesOn(hub, 'tess/one')) expect(textOf(live)).toContain(path.slice(0, 20));
    const link = findButton(live, 'Open on the Hub');
    expect(link && 'url' in link && link.url).toBe(`${hub.url}/tess/one`);
    expect(hub.repos.find('model', 'tess/one')?.private).toBe(true);
    expect(badAnswers(sandbox)).toEqual([]);
  });

  test('step by step, in one message of one’s own, with the way back, to a batch with GGUF', async () => {
    const { sandbox, hub, tom } = await startUploadApp(trained);
    await tom.command('/upload');
    const wizard = await asks(tom, /1 of 6/);
    await choose(tom, wizard, /KTO/);
    await asks(tom, /2 of 6/);
    await choose(tom, wizard, new RegExp(trained.run));
    await asks(tom, /3 of 6/);
    await tom.press(wizard, '◀ Back');
    await asks(tom, /2 of 6/);
    await choose(tom, wizard, new RegExp(trained.run));
    await asks(tom, /3 of 6/);
    expect(textOf(wizard)).toMatch(/★ \*\*Recommended: step \d/);
    await choose(tom, wizard, /Step 2/, /Step 4/);
    await asks(tom, /4 of 6/);
    await name(tom, wizard, 'no--good');
    await asks(tom, /has "--" in it/);
    await name(tom, wizard, 'pair');
    await asks(tom, /5 of 6/);
    await choose(tom, wizard, /^lora/);
    await asks(tom, /6 of 6/);
    await choose(tom, wizard, /Q8_0/);
    await asks(tom, /With 1 GGUF file/);
    await tom.press(wizard, 'With 1 GGUF file');
    const plan = await planIn(sandbox);
    expect(textOf(plan)).toContain('tess/pair-step-4');
    await asks(tom, /The plan stands in the channel/);
    expect(messagesIn(sandbox).filter(({ ephemeralFor }) => ephemeralFor === tom.userId)).toEqual([wizard]);
    await tom.press(plan, 'Upload');
    expect(await endOf(sandbox, 1)).toMatch(/uploaded · tess\/pair-step-2/);
    expect(await endOf(sandbox, 2)).toMatch(/uploaded · tess\/pair-step-4/);
    expect(filesOn(hub, 'tess/pair-step-4').map(({ path }) => path)).toContain('pair-step-4-Q8_0.gguf');
    expect(badAnswers(sandbox)).toEqual([]);
  });

  test('Back from the end takes the plan in the channel away', async () => {
    const { sandbox, tom } = await startUploadApp(trained);
    await tom.command(`/upload run:${trained.run} checkpoint:final repo:back save_method:lora`);
    const wizard = await asks(tom, /6 of 6/);
    await tom.press(wizard, 'Without GGUF');
    const plan = await planIn(sandbox);
    await asks(tom, /The plan stands in the channel/);
    await tom.press(wizard, '◀ Back');
    await asks(tom, /6 of 6/);
    await waitFor(() => /Cancelled: Upload to tess\/back/.test(textOf(plan)));
    expect(buttonsOf(plan)).toEqual([]);
  });

  test('source:hub makes GGUF files of a repository and pushes them beside it', async () => {
    const { sandbox, hub, tom } = await startUploadApp(trained);
    await tom.press(
      await planBy(
        tom,
        sandbox,
        `run:${trained.run} checkpoint:final repo:base save_method:merged_16bit gguf:False`,
      ),
      'Upload',
    );
    expect(await endOf(sandbox, 1)).toMatch(/uploaded/);
    const plan = await planBy(tom, sandbox, 'source:hub repo:base quantizations:Q4_K_M');
    expect(textOf(plan)).toContain('🌐 public');
    await tom.press(plan, 'Upload');
    expect(await endOf(sandbox, 2)).toMatch(/uploaded · tess\/base-GGUF/);
    expect(filesOn(hub, 'tess/base-GGUF').map(({ path }) => path)).toContain('base-Q4_K_M.gguf');
    expect(badAnswers(sandbox)).toEqual([]);
  });

  test('begins at /checkpoints and at a training that succeeded, with the run chosen', async () => {
    const { sandbox, tom } = await startUploadApp(trained);
    await tom.command(`/checkpoints run:${trained.run}`);
    const shown = await asks(tom, /📍 Checkpoints/);
    await tom.press(shown, 'Upload…');
    const wizard = await asks(tom, /Upload 3 of 6/);
    expect(textOf(wizard)).toContain(`✓ \`${trained.run}\``);

    await tom.command('/train platform:rtx method:sft');
    await tom.press(
      await waitFor(() => messagesIn(sandbox).find((one) => /Ready to start/.test(textOf(one)))),
      'Start',
    );
    const told = await waitFor(
      () => messagesIn(sandbox).find(({ pinged, content }) => pinged.length > 0 && /succeeded/.test(content)),
      { timeoutMs: 25_000 },
    );
    await tom.press(told, 'Upload');
    await asks(tom, /Upload 3 of 6[^]*\(SFT\)/);
    expect(badAnswers(sandbox)).toEqual([]);
  });
});
