import { describe, expect, test } from 'vitest';
import { createEpisodeStore } from '../../../src/db/episode-store.js';
import { UserError } from '../../../src/domain/user-error.js';
import { admin, alice, bob, openJobs } from '../../helpers/jobs.js';
import { makeTrainPlan } from '../../helpers/train-plan.js';
import { openCommands } from './setup.js';

async function open() {
  const setup = await openJobs({ slots: [] });
  const stored = setup.planDesk.propose(makeTrainPlan(), alice);
  await setup.planDesk.confirm(stored.id, alice);
  const id = setup.jobDesk.list()[0]!.id;
  return { setup, id, ...openCommands(setup) };
}

/** The line of a rule in what `/watch show` answers. */
async function lineOf(give: Awaited<ReturnType<typeof open>>['give'], rule: string, job?: number) {
  const { replies } = await give('watch show', job === undefined ? {} : { job }, alice);
  const text = replies[0]?.embeds?.[0]?.description ?? '';
  return text.split('\n').find((line) => line.includes(`\`${rule}\``));
}

describe('/watch show', () => {
  test('lists the rules with what they do and their limits', async () => {
    const { give } = await open();
    expect(await lineOf(give, 'loss-high')).toBe('🚨 `loss-high` alarm: loss 100 or more');
    expect(await lineOf(give, 'gradient-high')).toBe('⚠️ `gradient-high` warn: gradient norm over 100');
    expect(await lineOf(give, 'overfitting')).toContain('eval loss rises 3 times');
  });

  test('of a job lists those of its method, with what they saw', async () => {
    const { setup, give, id } = await open();
    const begun = {
      rule: 'kl-high',
      number: 1,
      step: 5,
      atMs: 1,
      figures: { kl: 2 },
      sentence: 'KL is 2',
    } as const;
    const changes = { began: [{ begun, level: 'warn' as const }], ended: [], over: false, at: 1 };
    expect(createEpisodeStore(setup.db, setup.jobs).record(id, changes)).toBe(true);
    expect(await lineOf(give, 'kl-high', id)).toBe(
      '🚨 `kl-high` alarm: KL over 1 (**seen 1 time, applies now**)',
    );
    expect(await lineOf(give, 'overfitting', id)).toBeUndefined();
    await expect(give('watch show', { job: 99 }, alice)).rejects.toThrow('There is no job 99.');
  });
});

describe('/watch set', () => {
  test('for a job changes that job alone, and default takes it back', async () => {
    const { give, id } = await open();
    const { replies } = await give('watch set', { rule: 'loss-high', level: 'auto-stop', job: id }, alice);
    expect(replies[0]?.content).toBe(`🛑 \`loss-high\` is **auto-stop** for job ${id}.`);
    expect(await lineOf(give, 'loss-high', id)).toBe(
      '🛑 `loss-high` auto-stop: loss 100 or more (set for this job)',
    );
    expect(await lineOf(give, 'loss-high')).toBe('🚨 `loss-high` alarm: loss 100 or more');
    const taken = await give('watch set', { rule: 'loss-high', level: 'default', job: id }, alice);
    expect(taken.replies[0]?.content).toBe(`🚨 \`loss-high\` is **alarm** for job ${id} (its default).`);
  });

  test('for good is for administrators, and a job’s own word stands over it', async () => {
    const { give, id } = await open();
    const wanted = { rule: 'gpu-hot', level: 'silent' };
    await expect(give('watch set', wanted, alice)).rejects.toThrow(UserError);
    expect(await lineOf(give, 'gpu-hot')).toContain('⚠️ `gpu-hot` warn');
    const { replies } = await give('watch set', wanted, admin);
    expect(replies[0]?.content).toBe('🔕 `gpu-hot` is **silent** for good.');
    expect(await lineOf(give, 'gpu-hot', id)).toContain('silent: GPU over 87 °C (set for good)');
    await give('watch set', { rule: 'gpu-hot', level: 'alarm', job: id }, alice);
    expect(await lineOf(give, 'gpu-hot', id)).toContain('🚨 `gpu-hot` alarm');
  });

  test('for the job of another, or one that is over, is refused', async () => {
    const { setup, give, id } = await open();
    const wanted = { rule: 'loss-high', level: 'silent', job: id };
    await expect(give('watch set', wanted, bob)).rejects.toThrow(`Job ${id} belongs to <@${alice.userId}>.`);
    await give('watch set', wanted, admin);
    setup.jobDesk.cancel(id, alice);
    await expect(give('watch set', wanted, alice)).rejects.toThrow(`Job ${id} is over`);
  });
});
