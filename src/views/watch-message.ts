import type { RuleLevel, RuleName } from '../domain/sentinel/rule-names.js';
import { buildEmbed } from './embed.js';
import { wordMessage } from './error-message.js';
import type { MessageBody } from './message.js';
import { countOf } from './numbers.js';
import { palette } from './palette.js';
import { code } from './text.js';

/** A rule and what it does. `from`: whose word its level is. */
export interface WatchedRule {
  readonly rule: RuleName;
  readonly description: string;
  readonly level: RuleLevel;
  readonly from: 'default' | 'settings' | 'everyone' | 'job';
  readonly episodes: number;
  readonly open: boolean;
}

const symbols: Readonly<Record<RuleLevel, string>> = {
  alarm: '🚨',
  warn: '⚠️',
  silent: '🔕',
  'auto-stop': '🛑',
};

const origins: Readonly<Record<WatchedRule['from'], string | undefined>> = {
  default: undefined,
  settings: 'by the settings',
  everyone: 'set for good',
  job: 'set for this job',
};

/** The sentinel's rules: of a job, or for good. */
export function watchMessage(rules: readonly WatchedRule[], jobId: number | undefined): MessageBody {
  const open = rules.filter((rule) => rule.open).length;
  const head = jobId === undefined ? 'for good' : `of job ${jobId}`;
  const now =
    jobId === undefined
      ? ''
      : ` · ${open === 0 ? 'nothing is wrong' : `${open} ${open === 1 ? 'applies' : 'apply'} now`}`;
  return {
    embeds: [
      buildEmbed({
        title: `👁️ Rules ${head}${now}`,
        colour: open === 0 ? palette.running : palette.warned,
        sections: [
          rules.map(ruleText).join('\n'),
          '🚨 alarm: a message that pings · ⚠️ warn: told with the job · 🔕 silent · 🛑 auto-stop: an alarm that stops the run',
        ],
        footer: '/watch set changes a rule, for a job or for good',
      }),
    ],
    components: [],
    files: [],
    mention: [],
  };
}

function ruleText({ rule, description, level, from, episodes, open }: WatchedRule): string {
  const seen =
    episodes === 0 ? undefined : `**seen ${countOf(episodes, 'time')}${open ? ', applies now' : ''}**`;
  const notes = [origins[from], seen].filter(Boolean).join(', ');
  return `${symbols[level]} ${code(rule, 40)} ${level}: ${description}${notes === '' ? '' : ` (${notes})`}`;
}

/** What setting a rule came to. */
export function watchAnswer(
  rule: RuleName,
  { level, from }: Pick<WatchedRule, 'level' | 'from'>,
  jobId: number | undefined,
): MessageBody {
  const where = jobId === undefined ? 'for good' : `for job ${jobId}`;
  const origin = from === 'default' ? ' (its default)' : from === 'settings' ? ' (by the settings)' : '';
  return wordMessage(`${symbols[level]} ${code(rule, 40)} is **${level}** ${where}${origin}.`);
}
