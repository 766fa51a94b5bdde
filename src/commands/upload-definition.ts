import { SlashCommandBuilder } from '@discordjs/builders';
import { saveMethods } from '../domain/upload-plan.js';

/** `/upload` as it is registered. What is left out is asked for, so nothing is required. */
export const uploadDefinition = new SlashCommandBuilder()
  .setName('upload')
  .setDescription('Plan an upload to the Hugging Face Hub; it starts when you press Upload')
  .addStringOption((option) =>
    option.setName('run').setDescription('Part of its name, method or model').setAutocomplete(true),
  )
  .addStringOption((option) =>
    option
      .setName('checkpoint')
      .setDescription('final, or a step; several with commas, for an upload each')
      .setAutocomplete(true)
      .setMaxLength(100),
  )
  .addStringOption((option) =>
    option.setName('repo').setDescription('USER/NAME on the Hub').setMaxLength(200),
  )
  .addStringOption((option) =>
    option
      .setName('save_method')
      .setDescription('How the model is saved')
      .setChoices(...saveMethods.map((value) => ({ name: value, value }))),
  )
  .addBooleanOption((option) => option.setName('gguf').setDescription('Make GGUF files too'))
  .addStringOption((option) =>
    option
      .setName('quantizations')
      .setDescription('Of the GGUF files, for example Q4_K_M, Q8_0')
      .setAutocomplete(true)
      .setMaxLength(100),
  )
  .addBooleanOption((option) =>
    option.setName('private').setDescription('Whether a new repository is private (yes)'),
  )
  .addStringOption((option) =>
    option
      .setName('source')
      .setDescription('hub: GGUF files of the repository that repo names')
      .setChoices({ name: 'a run of the toolset', value: 'run' }, { name: 'the Hub', value: 'hub' }),
  )
  .toJSON();
