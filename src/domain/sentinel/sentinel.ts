import type { MetricEntry } from '../metrics.js';
import type { Begun, Ended, Episode, SentinelChanges } from './episode.js';
import type { Detector, Judgement, Look, Rule } from './rule.js';

/** An episode that began before this sentinel was made: what it needs to know of it. */
export type KnownEpisode = Pick<Episode, 'rule' | 'number' | 'step' | 'healthyStep' | 'end'>;

/** Watches one run: entries in the order of the log, looks as often as wanted. */
export interface Sentinel {
  /** `nowMs`: when the entry was seen, epoch ms; default: what it states. */
  observe(entry: MetricEntry, nowMs?: number): SentinelChanges;
  look(look: Look): SentinelChanges;
}

interface Watched {
  readonly rule: Rule;
  readonly detector: Detector;
  /** Number of the newest episode. */
  number: number;
  open: boolean;
  /** Entries up to this step were judged before: they teach the detector, and change nothing. */
  readonly judgedStep: number;
  bad: number;
  good: number;
  /** Step of the last healthy judgement. */
  calmStep: number | undefined;
  sinceStep: number | undefined;
  /** Last step before the present bad ones. */
  healthyStep: number | undefined;
}

interface At {
  readonly step: number | undefined;
  readonly atMs: number;
  /** An entry of the log, rather than a look between entries. */
  readonly isEntry: boolean;
}

const nothing: SentinelChanges = { began: [], ended: [] };

export interface SentinelPast {
  /**
   * The episodes of this run so far. Its log is read again from its start after a restart of the bot: what is known
   * neither begins nor ends again.
   */
  readonly known?: readonly KnownEpisode[];
  /** Entries up to this step were judged elsewhere. */
  readonly judgedStep?: number;
}

/** A sentinel over these rules. */
export function createSentinel(rules: readonly Rule[], past: SentinelPast = {}): Sentinel {
  const watched = rules.map((rule) => watchedOf(rule, past));
  let lastStep: number | undefined;

  function judgeAll(judge: (detector: Detector) => Judgement | undefined, at: At): SentinelChanges {
    const began: Begun[] = [];
    const ended: Ended[] = [];
    for (const one of watched) {
      const judgement = judge(one.detector);
      const change = judgement && settle(one, judgement, at);
      if (!change || !judgement) continue;
      const common = {
        rule: one.rule.name,
        number: one.number,
        atMs: at.atMs,
        ...(at.step !== undefined && { step: at.step }),
      };
      if (change === 'ended') ended.push(common);
      else if (judgement.bad) began.push({ ...common, ...told(one, judgement, watched) });
    }
    return began.length + ended.length === 0 ? nothing : { began, ended };
  }

  return {
    observe(entry, nowMs = entry.atMs ?? 0) {
      const before = lastStep;
      if (entry.kind !== 'summary') lastStep = entry.step;
      return judgeAll((detector) => detector.observe?.(entry, nowMs), {
        step: entry.kind === 'summary' ? before : entry.step,
        atMs: nowMs,
        isEntry: true,
      });
    },
    look: (look) =>
      judgeAll((detector) => detector.look?.(look), { step: lastStep, atMs: look.nowMs, isEntry: false }),
  };
}

function watchedOf(rule: Rule, { known = [], judgedStep = -1 }: SentinelPast): Watched {
  const own = known.filter((episode) => episode.rule === rule.name).toSorted((a, b) => a.number - b.number);
  const last = own.at(-1);
  const open = last !== undefined && last.end === undefined;
  return {
    rule,
    detector: rule.detect(),
    number: last?.number ?? 0,
    open,
    judgedStep: Math.max(judgedStep, last?.end?.step ?? last?.step ?? -1),
    bad: 0,
    good: 0,
    calmStep: undefined,
    sinceStep: undefined,
    healthyStep: open ? last.healthyStep : undefined,
  };
}

/** Counts a judgement; says whether an episode begins or ends with it. */
function settle(one: Watched, judgement: Judgement, { step, isEntry }: At): 'began' | 'ended' | undefined {
  const replayed = isEntry && step !== undefined && step <= one.judgedStep;
  if (!judgement.bad) {
    one.bad = 0;
    one.calmStep = step;
    if (!one.open || replayed) return undefined;
    one.good += 1;
    if (one.good < one.rule.endAfter) return undefined;
    one.open = false;
    return 'ended';
  }
  one.good = 0;
  if (one.open || replayed) return undefined;
  if (one.bad === 0) {
    one.sinceStep = step;
    // What a look finds says nothing against the weights.
    one.healthyStep = isEntry ? one.calmStep : step;
  }
  one.bad += 1;
  if (one.bad < one.rule.beginAfter) return undefined;
  one.sinceStep = judgement.sinceStep ?? one.sinceStep;
  one.healthyStep = judgement.healthyStep ?? one.healthyStep;
  one.open = true;
  one.bad = 0;
  one.number += 1;
  return 'began';
}

function told(one: Watched, judgement: Judgement & { bad: true }, watched: readonly Watched[]) {
  const { rule, sinceStep } = one;
  const healthyStep = healthyStepOf(one, watched);
  return {
    figures: judgement.figures,
    sentence: rule.say(judgement.figures),
    ...(sinceStep !== undefined && { sinceStep }),
    ...(healthyStep !== undefined && { healthyStep }),
  };
}

/** Before this episode and before every other one that still puts the weights in doubt. Undefined: no step is known. */
function healthyStepOf(one: Watched, watched: readonly Watched[]): number | undefined {
  const others = watched.filter(({ rule, open }) => open && rule.spoils === true);
  const steps = [one, ...others].map(({ healthyStep }) => healthyStep ?? -1);
  const least = Math.min(...steps);
  return least < 0 ? undefined : least;
}
