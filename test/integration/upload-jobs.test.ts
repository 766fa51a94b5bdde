import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it, test } from 'vitest';
import { isEnded } from '../../src/domain/job.js';
import type { UploadStage } from '../../src/domain/upload-progress.js';
import { makeHub } from '../helpers/hub.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import {
  desiredCard,
  expectVerified,
  openUploads,
  planHubUpload,
  planUpload,
} from '../helpers/upload-jobs.js';
import { filesOn, repo, trainOnce } from '../helpers/upload-program.js';
import { waitFor } from '../helpers/wait-for.js';

const trained = trainOnce();
/** The upload program, which draws a megabyte of bars with each file that it pushes. */
const manyBars = `
import sys
from shared.upload import hub, show
from shared.upload.cli import upload_cli
put = hub.Hub._put
def slowly(self, url, path, name):
    put(self, url, path, name)
    for part in range(10000):
        sys.stderr.write("\\rUploading %s: %3d%%|##########| 1.00k/2.00k [00:00<00:01, 1.00kB/s]   " % (name, part // 100))
    sys.stderr.write("\\n")
hub.Hub._put = slowly
for stream in (sys.stdout, sys.stderr):
    stream.reconfigure(encoding="utf-8", line_buffering=True)
sys.exit(upload_cli.main(sys.argv[1:]))
`;
describe('an upload', () => {
  test.each<[string, Parameters<typeof planUpload>[1], readonly UploadStage[]]>([
    ['an adapter', { saveMethod: 'lora' }, ['push', 'card', 'verify']],
    ['a model merged in 4 bits', { saveMethod: 'merged_4bit' }, ['merge', 'push', 'card', 'verify']],
    [
      'a merged model with GGUF',
      { saveMethod: 'merged_16bit', quantizations: ['Q4_K_M', 'Q8_0'] },
      ['merge', 'push', 'convert', 'files', 'card', 'verify'],
    ],
    [
      'an adapter with GGUF',
      { saveMethod: 'lora', quantizations: ['Q4_K_M'] },
      ['push', 'convert', 'files', 'card', 'verify'],
    ],
  ])('of %s is told as one after the Hub was found to hold what was made', async (_what, over, stages) => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub, env: { MINI_UPLOAD_RATE: '2000000' } });
    uploads.supervisor.start();
    const plan = await planUpload(trained, over);
    const id = await uploads.confirm(plan);
    const seen = new Set<string>();
    await waitFor(async () => {
      const snapshot = await uploads.jobDesk.snapshot(id);
      if (snapshot?.progress.upload?.stage) seen.add(snapshot.progress.upload.stage);
      return snapshot && isEnded(snapshot.job.state);
    });
    await expectVerified(uploads, hub, plan, id);
    const { progress } = (await uploads.jobDesk.snapshot(id))!;
    expect(progress.upload?.stages).toEqual(stages);
    expect(stages.filter((stage) => seen.has(stage))).toEqual([...seen]);
    expect(hub.repos.find('model', repo)?.private).toBe(true);
  });

  it('of a repository on the Hub is compared by what the program says it made', async () => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub });
    uploads.supervisor.start();
    const first = await planUpload(trained, { saveMethod: 'merged_4bit' });
    await expectVerified(uploads, hub, first, await uploads.confirm(first));
    const plan = planHubUpload(first, ['Q4_K_M']);
    const { state } = await uploads.until(await uploads.confirm(plan), isEnded);
    expect(state).toMatchObject({ name: 'succeeded', upload: { repoId: `${repo}-GGUF` } });
    expect(filesOn(hub, `${repo}-GGUF`).map(({ path }) => path)).toEqual([
      'README.md',
      'mini-Q4_K_M.gguf',
      'mini.gguf',
    ]);
    const { state: absent } = await uploads.until(
      await uploads.confirm({ ...plan, quantizations: ['Q4_K_M', 'Q5_K_M'] }),
      isEnded,
    );
    expect(absent).toMatchObject({ name: 'failed', failure: { code: 'upload-incomplete' } });
    expect(JSON.stringify(absent)).toContain('Q5_K_M was not made');
  });

  it('mends a card that the Hub refuses, and writes one alone', async () => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub });
    uploads.supervisor.start();
    const model = join(await makeTempDir(), 'model');
    cpSync(trained.model, model, { recursive: true });
    writeFileSync(join(model, 'README.md'), '---\ntags: not a list\nlicense: mit\n---\n# Mine\n');
    const plan = await planUpload({ ...trained, model }, { saveMethod: 'merged_4bit' });
    const { state } = await uploads.until(await uploads.confirm(plan), isEnded);
    expect(state.name).toBe('succeeded');
    const card =
      filesOn(hub)
        .find(({ path }) => path === 'README.md')
        ?.data?.toString('utf8') ?? '';
    expect(card).toContain('# Mine');
    expect(card).toMatch(/license: mit\n/);
    expect(card).toMatch(/tags:\n {2}- kto\n/);
  });

  it('finds what was made where a link leads to it', async () => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub });
    uploads.supervisor.start();
    const [real, dir] = await Promise.all([makeTempDir(), makeTempDir()]);
    symlinkSync(real, join(dir, 'link'));
    const plan = await planUpload(trained, { outputDir: join(dir, 'link/out') });
    await expectVerified(uploads, hub, plan, await uploads.confirm(plan));
  });

  it('of many hours is known whole to a bot that was started again', async () => {
    const hub = await makeHub();
    const before = await openUploads({ hub });
    const plan = await planUpload(trained, { saveMethod: 'lora', quantizations: ['Q4_K_M'] });
    const [python, ...argv] = plan.launch.argv;
    const id = await before.confirm({
      ...plan,
      // Bars of a slow line after each transfer: what is told between them lies far from both ends.
      launch: { ...plan.launch, argv: [python, '-c', manyBars, ...argv.slice(2)] },
    });
    before.supervisor.start();
    await before.until(id, ({ name }) => name === 'running');
    await before.supervisor.stop();
    await waitFor(() => existsSync(join(before.dataDir, 'jobs', String(id), 'attempt-1', 'exit.json')));
    await before.close();
    const after = await openUploads({ hub, dataDir: before.dataDir });
    after.supervisor.start();
    await expectVerified(after, hub, plan, id);
  });

  it('leaves a card that lacks nothing to the program', async () => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub });
    uploads.supervisor.start();
    const model = join(await makeTempDir(), 'model');
    cpSync(trained.model, model, { recursive: true });
    writeFileSync(join(model, 'README.md'), desiredCard);
    const plan = await planUpload({ ...trained, model });
    await expectVerified(uploads, hub, plan, await uploads.confirm(plan));
    const titles = hub.repos.find('model', repo)?.commits.map(({ title }) => title);
    expect(titles?.filter((title) => /card/i.test(title))).toEqual([]);
  });
});

describe('what nobody foresaw, after the program has ended well,', () => {
  it('ends the job with what is known, and is logged once', async () => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub, card: () => Promise.reject(new Error('no card')) });
    uploads.supervisor.start();
    const { state } = await uploads.until(await uploads.confirm(await planUpload(trained)), isEnded);
    expect(state).toMatchObject({
      name: 'failed',
      failure: {
        code: 'upload-incomplete',
        message: 'It was pushed, but could not be compared with the Hub: no card.',
      },
    });
    expect(uploads.errors).toHaveLength(1);
  });

  it('does not fail it where only the card beside the model cannot be written', async () => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub });
    uploads.supervisor.start();
    const plan = await planUpload(trained);
    mkdirSync(join(plan.outputDir ?? '', 'README.md.part'), { recursive: true });
    const { state } = await uploads.until(await uploads.confirm(plan), isEnded);
    expect(state.name).toBe('succeeded');
    const card = filesOn(hub)
      .find(({ path }) => path === 'README.md')
      ?.data?.toString('utf8');
    expect(card).toContain('license: apache-2.0');
  });
});

it('finds its own program also where its folder has a blank in its name', async () => {
  const folder = join(await makeTempDir(), 'a b');
  cpSync('dist/src', join(folder, 'dist/src'), { recursive: true });
  cpSync('package.json', join(folder, 'package.json'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const hub = await makeHub();
  const uploads = await openUploads({ hub });
  uploads.supervisor.start();
  hub.faults.add({ kind: 'status', status: 403, path: /\/preupload\// });
  const plan = await planUpload(trained);
  await uploads.until(await uploads.confirm(plan), isEnded);
  const code = `
    const { prepareUpload } = await import(${JSON.stringify(pathToFileURL(join(folder, 'dist/src/services/upload-jobs/prepare-upload.js')))});
    const plan = { ...${JSON.stringify(plan)}, made: true };
    const parts = { compare: () => [], card: () => '', clock: Date.now, random: Math.random };
    const prepared = await prepareUpload(parts, { state: { name: 'queued' }, attempts: 0 }, plan, ${JSON.stringify(folder)});
    console.log(prepared.launch.argv[1]);`;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', code]);
  expect(stdout).toBe(join(folder, 'dist/src/services/upload-jobs/push-program.js'));
  expect(existsSync(stdout)).toBe(true);
});
