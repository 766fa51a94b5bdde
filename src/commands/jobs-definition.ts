import { SlashCommandBuilder, type SlashCommandSubcommandBuilder } from '@discordjs/builders';
import { jobListStates } from '../domain/job-list.js';

type Sub = SlashCommandSubcommandBuilder;

const named = (name: string, description: string) => (sub: Sub) =>
  sub.setName(name).setDescription(description);

/** A subcommand about one job. Text rather than a number: suggestions are matched by more than the number. */
const aboutJob = (name: string, description: string) => (sub: Sub) =>
  named(
    name,
    description,
  )(sub).addStringOption((option) =>
    option
      .setName('job')
      .setDescription('Its number; type also a state, a method or a person’s id')
      .setRequired(true)
      .setAutocomplete(true)
      .setMaxLength(100),
  );

const list = (sub: Sub) =>
  named(
    'list',
    'What runs, what waits, what is over',
  )(sub)
    .addStringOption((option) =>
      option
        .setName('kind')
        .setDescription('Jobs of this kind alone')
        .setChoices({ name: 'trainings', value: 'train' }, { name: 'uploads', value: 'upload' }),
    )
    .addStringOption((option) =>
      option
        .setName('state')
        .setDescription('Jobs in this state alone')
        .setChoices(...jobListStates.map((value) => ({ name: value, value }))),
    )
    .addUserOption((option) => option.setName('person').setDescription('Jobs of this person alone'));

/** `/jobs` as it is registered. */
export const jobsDefinition = new SlashCommandBuilder()
  .setName('jobs')
  .setDescription('Trainings and uploads: look, cancel, try again')
  .addSubcommand(list)
  .addSubcommand(aboutJob('show', 'Everything about one job'))
  .addSubcommand(aboutJob('logs', 'The last lines of its output, or all of it as a file'))
  .addSubcommand(aboutJob('cancel', 'End a job; one that runs gets time to save'))
  .addSubcommand(aboutJob('retry', 'Plan the same once more; it starts when you press Start'))
  .addSubcommand(aboutJob('resume', 'Plan to go on from its newest whole checkpoint'))
  .addSubcommand(named('history', 'How many jobs there were, and how they ended'))
  .addSubcommand(aboutJob('hold', 'Keep a waiting job from starting (administrators)'))
  .addSubcommand(aboutJob('release', 'Let a held job start again (administrators)'))
  .addSubcommand(aboutJob('first', 'Put a waiting job before all others (administrators)'))
  .toJSON();
