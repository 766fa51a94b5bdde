import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { RootChanges, RunsRoot } from '../../src/services/run-history/listing/protocol.js';
import { createRootScan, trustMs, type RootScan } from '../../src/services/run-history/listing/root-scan.js';
import { createRunLister, type RunLister } from '../../src/services/run-history/listing/run-lister.js';
import { listRuns } from '../../src/services/toolset/runs.js';
import { asOtherUser } from '../helpers/other-user.js';
import { makeTempDir } from '../helpers/temp-dir.js';

const layout = {
  kind: 'folders',
  logs: 'logs/training_*.jsonl',
  logFormat: 'flat',
  checkpoints: 'checkpoints/checkpoint-*',
  finalModel: 'final_model',
} as const;
const rootOf = (dir: string): RunsRoot => ({
  kind: 'folders',
  dir,
  finalModel: layout.finalModel,
  checkpoints: 'checkpoints',
});

/** Name, modification time and final model, sorted by name. */
type Shown = [string, number, boolean];
const sorted = (runs: readonly Shown[]): Shown[] => runs.toSorted(([a], [b]) => (a < b ? -1 : 1));

const nothing: RootChanges = {
  names: '',
  modifiedMs: new Float64Array(),
  finals: new Uint8Array(),
  gone: [],
  problems: [],
};

/** What somebody knows who heard every change. */
function createListener(scan: RootScan) {
  const runs = new Map<string, Shown>();
  return (): { runs: Shown[]; problems: readonly string[]; told: number } => {
    const { names, modifiedMs, finals, gone, problems } = scan.scan() ?? nothing;
    for (const name of gone) runs.delete(name);
    const changed = modifiedMs.length === 0 ? [] : names.split('/');
    for (const [at, name] of changed.entries()) runs.set(name, [name, modifiedMs[at] ?? 0, finals[at] === 1]);
    return { runs: sorted([...runs.values()]), problems, told: changed.length + gone.length };
  };
}

async function plainly(dir: string): Promise<Shown[]> {
  const { runs } = await listRuns({ ...layout, runsDir: dir });
  return sorted(runs.map(({ name, modifiedMs, hasFinalModel }) => [name, modifiedMs, hasFinalModel]));
}

/** Waits until the file system gives another time than it gave before: times move in steps of some milliseconds. */
function nextTick(probe: string): void {
  writeFileSync(probe, '');
  const before = statSync(probe).ctimeMs;
  while (statSync(probe).ctimeMs === before) writeFileSync(probe, '');
}

/** Things that happen to folders of runs; each takes the folder of the run. */
const happenings: readonly ((run: string) => void)[] = [
  (run) => mkdirSync(join(run, 'final_model'), { recursive: true }),
  (run) => mkdirSync(join(run, 'checkpoints/checkpoint-10'), { recursive: true }),
  (run) => mkdirSync(join(run, 'checkpoints'), { recursive: true }),
  (run) => rmSync(join(run, 'final_model'), { recursive: true, force: true }),
  (run) => rmSync(join(run, 'checkpoints/checkpoint-10'), { recursive: true, force: true }),
  (run) => rmSync(join(run, 'checkpoints'), { recursive: true, force: true }),
  (run) => rmSync(run, { recursive: true, force: true }),
  (run) => existsSync(run) && utimesSync(run, 1_000, 2_000),
  (run) => existsSync(run) && renameSync(run, `${run}x`),
  (run) => {
    if (existsSync(`${run}x`) && !existsSync(run)) renameSync(`${run}x`, run);
  },
  // A file in the place of the folder, and a link to a model that lies elsewhere, whose target goes later.
  (run) => {
    rmSync(join(run, 'final_model'), { recursive: true, force: true });
    mkdirSync(run, { recursive: true });
    writeFileSync(join(run, 'final_model'), '');
  },
  (run) => {
    rmSync(join(run, 'final_model'), { recursive: true, force: true });
    mkdirSync(run, { recursive: true });
    mkdirSync(`${run}-model`, { recursive: true });
    symlinkSync(`${run}-model`, join(run, 'final_model'));
  },
  (run) => rmSync(`${run}-model`, { recursive: true, force: true }),
  (run) => {
    mkdirSync(join(run, 'checkpoints'), { recursive: true });
    writeFileSync(join(run, 'checkpoints/checkpoint_step_3.npz'), 'x');
  },
  (run) => {
    rmSync(run, { recursive: true, force: true });
    symlinkSync(`${run}x`, run);
  },
];

describe('the scan of a root', () => {
  it('says after any changes what a plain listing says', async () => {
    const step = fc.record({
      run: fc.constantFrom('20251122_100000', '20251122_100001', '20251122_100002'),
      what: fc.nat(happenings.length - 1),
    });
    const probe = join(await makeTempDir(), 'probe');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 3 }), { maxLength: 12 }), async (rounds) => {
        const dir = await makeTempDir();
        // As if the folders had rested for long: every stamp that the file system gives is believed.
        const now = () => Date.now() + 60_000;
        const hear = createListener(createRootScan(rootOf(dir), { now }));
        for (const changes of rounds) {
          nextTick(probe);
          for (const { run, what } of changes) attempt(() => happenings[what]?.(join(dir, run)));
          expect(hear().runs).toEqual(await plainly(dir));
        }
        expect(hear().told).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('sees that what a link leads to is gone, of which the folder of the link tells nothing', async () => {
    const [dir, elsewhere] = [await makeTempDir(), await makeTempDir()];
    mkdirSync(join(dir, 'run'));
    mkdirSync(join(elsewhere, 'model'));
    symlinkSync(join(elsewhere, 'model'), join(dir, 'run/final_model'));
    const hear = createListener(createRootScan(rootOf(dir), { now: () => Date.now() + 60_000 }));
    expect(hear().runs.map(([name]) => name)).toEqual(['run']);
    rmSync(join(elsewhere, 'model'), { recursive: true });
    expect(hear().runs).toEqual([]);
    mkdirSync(join(elsewhere, 'model'));
    expect(hear().runs.map(([name]) => name)).toEqual(['run']);
  });

  it('does not believe a time within which more could have changed', async () => {
    const dir = await makeTempDir();
    const hear = createListener(createRootScan(rootOf(dir)));
    for (let round = 0; round < 50; round += 1) {
      const run = join(dir, `20251122_1000${10 + round}`);
      mkdirSync(join(run, 'checkpoints'), { recursive: true });
      expect(hear().told).toBe(0);
      // At once: the folder's time may be the same as when it was read (before Linux 6.13, which then gives another).
      writeFileSync(join(run, 'checkpoints/checkpoint_step_1.npz'), 'x');
      expect(hear().runs).toHaveLength(round + 1);
    }
  });

  it('of many looks again at what had rested after two seconds, at what came or went at once', async () => {
    const dir = await makeTempDir();
    for (const name of ['a', 'b'])
      mkdirSync(join(dir, name, 'checkpoints/checkpoint-1'), { recursive: true });
    let nowMs = Date.now() + 60_000;
    const scan = createRootScan(rootOf(dir), { now: () => nowMs, manyFolders: 2 });
    const hear = createListener(scan);
    const finals = (): boolean[] => hear().runs.map(([, , hasFinal]) => hasFinal);
    expect(finals()).toEqual([false, false]);
    nextTick(join(dir, 'probe'));
    mkdirSync(join(dir, 'a/final_model'));
    mkdirSync(join(dir, 'c/final_model'), { recursive: true });
    nowMs += trustMs - 1;
    expect(finals()).toEqual([false, false, true]);
    nowMs += 1;
    expect(finals()).toEqual([true, false, true]);
    mkdirSync(join(dir, 'b/final_model'));
    nowMs -= 60_000;
    expect(finals(), 'a clock that was set back trusts nothing').toEqual([true, true, true]);
  });

  it('tells a folder that may not be read, and lists it again when it may', async () => {
    const dir = await makeTempDir();
    mkdirSync(join(dir, 'good/final_model'), { recursive: true });
    mkdirSync(join(dir, 'closed/checkpoints/checkpoint-1'), { recursive: true });
    mkdirSync(join(dir, 'half-closed/checkpoints/checkpoint-1'), { recursive: true });
    chmodSync(dir, 0o755);
    const hear = createListener(createRootScan(rootOf(dir), { now: () => Date.now() + 60_000 }));
    expect(hear().runs.map(([name]) => name)).toEqual(['closed', 'good', 'half-closed']);
    nextTick(join(dir, 'closed/probe'));
    chmodSync(join(dir, 'closed'), 0);
    chmodSync(join(dir, 'half-closed/checkpoints'), 0);
    for (let times = 0; times < 2; times += 1) {
      const heard = asOtherUser(hear);
      expect(heard.runs.map(([name]) => name)).toEqual(['good']);
      expect(heard.problems.toSorted()).toEqual(
        ['closed', 'half-closed'].map((name) => `${join(dir, name)} may not be read by this user`),
      );
    }
    chmodSync(join(dir, 'closed'), 0o755);
    chmodSync(join(dir, 'half-closed/checkpoints'), 0o755);
    expect(hear()).toMatchObject({ problems: [], told: 2 });
    chmodSync(dir, 0);
    expect(asOtherUser(hear)).toEqual({
      runs: [],
      problems: [`${dir} may not be read by this user`],
      told: 3,
    });
    chmodSync(dir, 0o755);
  });
});

function attempt(change: () => unknown): void {
  try {
    change();
  } catch {
    // What cannot happen to this tree does not.
  }
}

describe('the lister', () => {
  const opened: RunLister[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((lister) => lister.close())));
  function open(): RunLister {
    const lister = createRunLister();
    opened.push(lister);
    return lister;
  }
  const namesOf = async (lister: RunLister, ...dirs: string[]): Promise<string[]> => {
    const { runs } = await lister.list(dirs.map(rootOf));
    return runs.flatMap((each) => [...each.keys()]).toSorted();
  };

  it('follows a root of few runs to one of many, which two threads share', async () => {
    const dir = await makeTempDir();
    const lister = open();
    const made: string[] = [];
    const add = (count: number): void => {
      for (let run = 0; run < count; run += 1) {
        const name = `20251122_${String(made.length).padStart(6, '0')}`;
        mkdirSync(join(dir, name, 'final_model'), { recursive: true });
        made.push(name);
      }
    };
    add(3);
    expect(await namesOf(lister, dir)).toEqual(made);
    add(1_100);
    // The first that sees many has one thread, the next has two.
    expect(await namesOf(lister, dir)).toEqual(made);
    expect(await namesOf(lister, dir)).toEqual(made);
    const { version } = await lister.list([rootOf(dir)]);
    expect((await lister.list([rootOf(dir)])).version).toBe(version);
    rmSync(join(dir, made.shift() ?? ''), { recursive: true });
    expect(await namesOf(lister, dir)).toEqual(made);
    expect((await lister.list([rootOf(dir)])).version).toBeGreaterThan(version);
  });

  it('gives every caller what was so after the call, and the same root once for all who wait', async () => {
    const dir = await makeTempDir();
    const lister = open();
    const first = namesOf(lister, dir);
    mkdirSync(join(dir, 'a/final_model'), { recursive: true });
    const second = namesOf(lister, dir);
    const third = namesOf(lister, dir);
    expect(await second).toEqual(['a']);
    expect(await third).toEqual(['a']);
    await first;
  });

  it('forgets a root that is not asked for any more, and knows one that is asked for twice', async () => {
    const [one, two] = [await makeTempDir(), await makeTempDir()];
    mkdirSync(join(one, 'a/final_model'), { recursive: true });
    const lister = open();
    const { version } = await lister.list([rootOf(one)]);
    expect((await lister.list([rootOf(two)])).version).toBeGreaterThan(version);
    expect(await namesOf(lister, two)).toEqual([]);
    expect(await namesOf(lister, one, one)).toEqual(['a', 'a']);
  });

  it('rejects when it was closed', async () => {
    const lister = open();
    await lister.close();
    await expect(lister.list([rootOf('/nowhere')])).rejects.toThrow('closed');
  });

  it('takes the one output of a trainer as one run, by what it wrote', async () => {
    const dir = await makeTempDir();
    const root: RunsRoot = {
      kind: 'single',
      dir,
      finalModel: 'outputs/final_model',
      checkpoints: 'checkpoints',
    };
    const lister = open();
    const shown = async () => [...((await lister.list([root])).runs[0]?.values() ?? [])];
    expect(await shown()).toEqual([]);
    mkdirSync(join(dir, 'checkpoints'));
    expect(await shown()).toEqual([]);
    writeFileSync(join(dir, 'checkpoints/checkpoint_step_10.npz'), 'x');
    utimesSync(join(dir, 'checkpoints'), 5_000, 5_000);
    const name = dir.split('/').at(-1);
    expect(await shown()).toEqual([{ name, path: dir, modifiedMs: 5_000_000, hasFinalModel: false }]);
    mkdirSync(join(dir, 'outputs/final_model'), { recursive: true });
    utimesSync(join(dir, 'outputs/final_model'), 6_000, 6_000);
    expect(await shown()).toEqual([{ name, path: dir, modifiedMs: 6_000_000, hasFinalModel: true }]);
    unlinkSync(join(dir, 'checkpoints/checkpoint_step_10.npz'));
    rmSync(join(dir, 'outputs'), { recursive: true });
    expect(readdirSync(join(dir, 'checkpoints'))).toEqual([]);
    expect(await shown()).toEqual([]);
  });
});
