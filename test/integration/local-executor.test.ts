import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Launch } from '../../src/domain/plan.js';
import { createLocalExecutor, outputName } from '../../src/services/jobs/executors/local-executor.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { waitFor } from '../helpers/wait-for.js';

const executor = createLocalExecutor();
const env = { PATH: process.env['PATH'] ?? '' };

function python(code: string, cwd = '/'): Launch {
  return { argv: ['python3', '-u', '-c', code], cwd, env: {} };
}

/** Whether anything of the process group is left. */
function groupLives(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function startIn(launch: Launch) {
  const dir = join(await makeTempDir(), 'attempt-1');
  const child = await executor.start(dir, launch, env);
  onTestFinished(() => {
    if (groupLives(child.pid)) process.kill(-child.pid, 'SIGKILL');
  });
  return { dir, child };
}

async function waitForExit(dir: string) {
  return waitFor(async () => {
    const seen = await executor.observe(dir);
    return seen.name === 'exited' ? seen : undefined;
  });
}

describe('local executor', () => {
  it('records the exit code and the output, with standard input at its end', async () => {
    const { dir } = await startIn(python('import sys; print(repr(sys.stdin.read())); sys.exit(7)'));
    expect((await waitForExit(dir)).exitCode).toBe(7);
    expect(await readFile(join(dir, outputName), 'utf8')).toBe("''\n");
  });

  it('passes arguments as they are: no shell reads them', async () => {
    const hostile = '$(touch pwned); `id` "quoted" * \n';
    const dir = join(await makeTempDir(), 'attempt-1');
    const cwd = await makeTempDir();
    const argv = ['python3', '-c', 'import sys; sys.stdout.write(sys.argv[1])', hostile] as const;
    await executor.start(dir, { argv: [...argv], cwd, env: {} }, env);
    await waitForExit(dir);
    expect(await readFile(join(dir, outputName), 'utf8')).toBe(hostile);
    expect(existsSync(join(cwd, 'pwned'))).toBe(false);
  });

  it('gives the child its environment and nothing of the bot’s', async () => {
    process.env['TUNER_BOT_TEST_SECRET'] = 'do not hand on';
    onTestFinished(() => void delete process.env['TUNER_BOT_TEST_SECRET']);
    const dir = join(await makeTempDir(), 'attempt-1');
    const code = 'import os; print(os.environ.get("TUNER_BOT_TEST_SECRET"), os.environ.get("GIVEN"))';
    await executor.start(dir, python(code), { ...env, GIVEN: 'yes' });
    await waitForExit(dir);
    expect(await readFile(join(dir, outputName), 'utf8')).toBe('None yes\n');
  });

  it('interrupts the whole group; the program has its last words and the wrapper its record', async () => {
    const code =
      'import time\ntry:\n  print("ready"); time.sleep(60)\nexcept KeyboardInterrupt:\n  print("last words"); raise SystemExit(130)';
    const { dir, child } = await startIn(python(code));
    await waitFor(async () => (await readFile(join(dir, outputName), 'utf8')).includes('ready'));
    expect(await executor.signal(child, 'SIGINT')).toBe(true);
    expect((await waitForExit(dir)).exitCode).toBe(130);
    expect(await readFile(join(dir, outputName), 'utf8')).toContain('last words');
  });

  it('tells a killed group from a finished one', async () => {
    const { dir, child } = await startIn(python('import time; time.sleep(60)'));
    expect((await executor.observe(dir)).name).toBe('running');
    process.kill(-child.pid, 'SIGKILL');
    const seen = await waitFor(async () => {
      const now = await executor.observe(dir);
      return now.name === 'running' ? undefined : now;
    });
    expect(seen).toMatchObject({ name: 'vanished', why: expect.stringContaining('killed from outside') });
  });

  it('does not take another process with the same pid for its own, and never signals it', async () => {
    const other = execa('sleep', ['60'], { detached: true, reject: false });
    onTestFinished(() => void other.kill('SIGKILL'));
    const pid = await waitFor(() => other.pid);
    const dir = await makeTempDir();
    const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const reused = { pid, startedAt: '1', bootId };
    await writeFile(join(dir, 'process.json'), JSON.stringify(reused));
    expect((await executor.observe(dir)).name).toBe('vanished');
    expect(await executor.signal(reused, 'SIGKILL')).toBe(false);
    expect(groupLives(pid)).toBe(true);
  });

  it('knows that the machine was restarted', async () => {
    const { child } = await startIn(python('import time; time.sleep(60)'));
    const dir = await makeTempDir();
    await writeFile(join(dir, 'process.json'), JSON.stringify({ ...child, bootId: 'another boot' }));
    expect(await executor.observe(dir)).toMatchObject({
      name: 'vanished',
      why: expect.stringContaining('restarted'),
    });
  });

  it('never runs what was abandoned, and does not abandon what has begun', async () => {
    const dir = await makeTempDir();
    expect(await executor.abandon(dir)).toBe(true);
    await expect(executor.start(dir, python('print("ran")'), env)).rejects.toThrow('could not be started');
    expect(existsSync(join(dir, 'process.json'))).toBe(false);
    const { dir: begun } = await startIn(python('pass'));
    expect(await executor.abandon(begun)).toBe(false);
  });

  it('says so when the folder to run in is not there', async () => {
    const dir = join(await makeTempDir(), 'attempt-1');
    await expect(
      executor.start(dir, { argv: ['/bin/true'], cwd: '/nowhere', env: {} }, env),
    ).rejects.toThrow();
  });

  it('reports a program that is not there by its exit code 127', async () => {
    const { dir } = await startIn({ argv: ['/nowhere/python'], cwd: '/', env: {} });
    expect((await waitForExit(dir)).exitCode).toBe(127);
  });

  it('is pending before anything was started', async () => {
    const dir = join(await makeTempDir(), 'attempt-1');
    await mkdir(dir);
    expect(await executor.observe(dir)).toEqual({ name: 'pending' });
  });

  it('leaves children running when their starter ends', async () => {
    const dir = join(await makeTempDir(), 'attempt-1');
    const starter = `
      import { createLocalExecutor } from '${new URL('../../dist/src/services/jobs/executors/local-executor.js', import.meta.url).href}';
      await createLocalExecutor().start(${JSON.stringify(dir)}, { argv: ['python3', '-c', 'import time; time.sleep(1.5)'], cwd: '/', env: {} }, ${JSON.stringify(env)});
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = await execa('node', ['--input-type=module', '-e', starter], { reject: false });
    expect(signal).toBe('SIGKILL');
    expect((await executor.observe(dir)).name).toBe('running');
    expect((await waitForExit(dir)).exitCode).toBe(0);
  });
});
