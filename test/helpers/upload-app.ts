import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Person } from '../../sandbox/driver/driver.js';
import { startApp, type AppSetup, type RunningApp } from './app.js';
import { hubTokens, makeHub, type RunningHub } from './hub.js';
import { as, findShown, makeSandbox, messagesIn, textOf, type Message, type Sandbox } from './sandbox.js';
import { fastTraining, makeToolset, startTrainer, type MiniatureToolset } from './toolset.js';
import { newestRun } from './toolset-runs.js';
import { waitFor } from './wait-for.js';

/** A toolset with one finished kto run and checkpoints at 2, 4 and 6, made once for the tests of a file. */
export interface TrainedToolset {
  root: string;
  /** Name of the run. */
  run: string;
}

export function trainKtoOnce(): TrainedToolset {
  const trained: TrainedToolset = { root: '', run: '' };
  let dir = '';
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tuner-bot-upload-'));
    const toolset: MiniatureToolset = await makeToolset({ layout: '2026', dir: join(dir, 'toolset') });
    const { exitCode, all } = await startTrainer(toolset, 'kto');
    expect(exitCode, all).toBe(0);
    trained.root = toolset.root;
    trained.run = newestRun(toolset, 'kto').split('/').at(-1) ?? '';
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return trained;
}

export interface UploadApp {
  readonly sandbox: Sandbox;
  readonly hub: RunningHub;
  readonly running: RunningApp;
  /** May train and upload. */
  readonly tom: Person;
  /** The same bot again, on the same data. */
  restart(): Promise<RunningApp>;
}

/** The bot on a connection to the sandbox, with a stand-in Hub whose user is tess. `env` reaches the upload program. */
export async function startUploadApp(
  { root }: Pick<TrainedToolset, 'root'>,
  env: Readonly<Record<string, string>> = {},
  setup: Partial<AppSetup> = {},
): Promise<UploadApp> {
  const [sandbox, hub] = await Promise.all([makeSandbox(), makeHub()]);
  const token = { HF_TOKEN: hubTokens.write.value, HF_USERNAME: 'tess', HF_ENDPOINT: hub.url };
  const given = { sandbox, toolsetRoot: root, env: { ...fastTraining, ...token, ...env }, ...setup };
  const running = await startApp(given);
  return {
    sandbox,
    hub,
    running,
    tom: as(sandbox, 'tom'),
    restart: () => startApp({ ...given, dataDir: running.dataDir }),
  };
}

/** The newest plan of an upload in the channel. */
export function planIn(sandbox: Sandbox, what = /Upload to|uploads/): Promise<Message> {
  return waitFor(() =>
    messagesIn(sandbox).findLast(
      ({ embeds, components, ephemeralFor }) =>
        what.test(embeds[0]?.title ?? '') && components.length > 0 && ephemeralFor === undefined,
    ),
  );
}

/** Types the command and waits for its plan in the channel. */
export async function planBy(person: Person, sandbox: Sandbox, options: string): Promise<Message> {
  const before = messagesIn(sandbox).length;
  const { outcome } = await person.command(`/upload ${options}`);
  expect(outcome.kind).toBe('deferred');
  return waitFor(() =>
    messagesIn(sandbox)
      .slice(before)
      .find(({ ephemeralFor, embeds }) => ephemeralFor === undefined && embeds.length > 0),
  );
}

/** The live message of a job. */
export function jobMessage(sandbox: Sandbox, jobId: number): Promise<Message> {
  return waitFor(() =>
    messagesIn(sandbox).find(
      (message) =>
        message.pinged.length === 0 && new RegExp(`\\*\\*Job ${jobId}\\*\\* Upload`).test(textOf(message)),
    ),
  );
}

/** The messages that tell the end of a job with a ping. */
export function noticesOf(sandbox: Sandbox, jobId: number): readonly Message[] {
  return messagesIn(sandbox).filter(
    ({ pinged, content }) => pinged.length > 0 && content.includes(`**Job ${jobId}**`),
  );
}

/** Waits until a job's end was told, and returns the words of it. */
export async function endOf(sandbox: Sandbox, jobId: number): Promise<string> {
  const [told] = await waitFor(
    () => {
      const found = noticesOf(sandbox, jobId);
      return found.length > 0 && found;
    },
    { timeoutMs: 25_000 },
  );
  return told?.content ?? '';
}

/** What this person alone was told last, once it is no longer being thought about. */
export function toldTo(person: Person, pattern: RegExp): Promise<Message> {
  return waitFor(() => {
    const found = findShown(person, pattern);
    return found?.ephemeralFor === person.userId ? found : undefined;
  });
}
