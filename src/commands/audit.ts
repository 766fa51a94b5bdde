import { SlashCommandBuilder } from '@discordjs/builders';
import { auditKinds, auditOutcomes, type AuditKind } from '../domain/audit.js';
import type { AuditDesk } from '../services/audit/create-audit-desk.js';
import { auditPageMessage } from '../views/audit-page.js';
import { parseAuditOptions } from './audit-filter.js';
import type { Command } from './command.js';

const kindNames: Readonly<Record<AuditKind, string>> = {
  command: 'commands',
  press: 'presses of buttons and choices in menus',
  modal: 'forms',
  state: 'changes of a job’s state',
};

const definition = new SlashCommandBuilder()
  .setName('audit')
  .setDescription('Who did what, and how it came out')
  .addUserOption((option) => option.setName('person').setDescription('What this person did alone'))
  .addStringOption((option) =>
    option
      .setName('outcome')
      .setDescription('How it came out')
      .setChoices(...auditOutcomes.map((value) => ({ name: value, value }))),
  )
  .addStringOption((option) =>
    option
      .setName('kind')
      .setDescription('What kind of entry')
      .setChoices(...auditKinds.map((value) => ({ name: kindNames[value], value }))),
  )
  .addIntegerOption((option) => option.setName('job').setDescription('What concerns this job').setMinValue(1))
  .addStringOption((option) =>
    option.setName('since').setDescription('Not older than, for example 30m, 1h, 2d, 1w').setMaxLength(40),
  )
  .toJSON();

/** `/audit`: the newest entries that fit, for this administrator alone. */
export function createAuditCommand({ audit }: { readonly audit: AuditDesk }): Command {
  return {
    definition,
    right: 'administer',
    acknowledge: 'private',
    async run({ options, reply }) {
      const filter = parseAuditOptions(options, audit.now());
      await reply(auditPageMessage(audit.readPage(filter)));
    },
  };
}
