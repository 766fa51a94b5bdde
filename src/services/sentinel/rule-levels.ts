import {
  defaultLevels,
  type LevelChoices,
  type RuleLevel,
  type RuleName,
} from '../../domain/sentinel/rule-names.js';
import type { RuleLevelStore } from './ports.js';

/** A rule's level and whose word it is. */
export interface SettledLevel {
  readonly level: RuleLevel;
  readonly from: 'default' | 'settings' | 'everyone' | 'job';
}

/** The nearest word counts: the job's, then what was set for good, then the settings, then the default. */
export function settleLevels(
  store: RuleLevelStore,
  settings: LevelChoices,
  jobId: number | undefined,
): (rule: RuleName) => SettledLevel {
  const own = jobId === undefined ? {} : store.get(jobId);
  const everyone = store.get(undefined);
  return (rule) => {
    const [ofJob, ofAll, ofSettings] = [own[rule], everyone[rule], settings[rule]];
    if (ofJob) return { level: ofJob, from: 'job' };
    if (ofAll) return { level: ofAll, from: 'everyone' };
    if (ofSettings) return { level: ofSettings, from: 'settings' };
    return { level: defaultLevels[rule], from: 'default' };
  };
}
