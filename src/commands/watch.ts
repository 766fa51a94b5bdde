import { SlashCommandBuilder } from '@discordjs/builders';
import { z } from 'zod';
import { ruleLevels, ruleNames, type RuleLevel } from '../domain/sentinel/rule-names.js';
import type { SentinelDesk } from '../services/sentinel/sentinel-desk.js';
import { watchAnswer, watchMessage } from '../views/watch-message.js';
import type { Command, CommandInvocation } from './command.js';

/** In place of a level: as if the rule had never been set. */
const unset = 'default';

const choices = [...ruleLevels, unset] as const;

const levelNames: Readonly<Record<RuleLevel | typeof unset, string>> = {
  alarm: 'alarm: a message that pings',
  warn: 'warn: told with the job',
  silent: 'silent: kept, not told',
  'auto-stop': 'auto-stop: an alarm that also stops the run',
  [unset]: 'default: as if it had not been set',
};

const definition = new SlashCommandBuilder()
  .setName('watch')
  .setDescription('What the sentinel watches for in a training, and what it does')
  .addSubcommand((show) =>
    show
      .setName('show')
      .setDescription('The rules: of a job with what they saw, or for good')
      .addIntegerOption((option) => option.setName('job').setDescription('Number of a job').setMinValue(1)),
  )
  .addSubcommand((set) =>
    set
      .setName('set')
      .setDescription('Set what a rule does, for a job or (administrators) for good')
      .addStringOption((option) =>
        option
          .setName('rule')
          .setDescription('Which rule')
          .setRequired(true)
          .setChoices(...ruleNames.map((value) => ({ name: value, value }))),
      )
      .addStringOption((option) =>
        option
          .setName('level')
          .setDescription('What it does')
          .setRequired(true)
          .setChoices(...choices.map((value) => ({ name: levelNames[value], value }))),
      )
      .addIntegerOption((option) =>
        option.setName('job').setDescription('For this job alone; left out: for good').setMinValue(1),
      ),
  )
  .toJSON();

const showOptions = z.object({ job: z.int().optional() });
const setOptions = z.object({
  job: z.int().optional(),
  rule: z.enum(ruleNames),
  level: z.enum(choices),
});

/** `/watch`: shows the rules of the sentinel, and sets what one does. */
export function createWatchCommand({ sentinel }: { readonly sentinel: SentinelDesk }): Command {
  return {
    definition,
    right: 'train',
    acknowledge: 'private',
    run: (invocation) =>
      invocation.subcommand === 'set' ? setRule(sentinel, invocation) : showRules(sentinel, invocation),
  };
}

async function showRules(
  sentinel: SentinelDesk,
  { options, actor, reply }: CommandInvocation,
): Promise<void> {
  const { job } = showOptions.parse(options);
  await reply(watchMessage(sentinel.listRules(job, actor.guildId), job));
}

async function setRule(sentinel: SentinelDesk, { options, actor, reply }: CommandInvocation): Promise<void> {
  const { job, rule, level } = setOptions.parse(options);
  const wanted = level === unset ? undefined : level;
  const settled = sentinel.setLevel({ rule, level: wanted, jobId: job, actor });
  await reply(watchAnswer(rule, settled, job));
}
