import { SlashCommandBuilder } from '@discordjs/builders';
import { UserError } from '../domain/user-error.js';
import type { StatusDesk } from '../services/status/create-status-desk.js';
import { statusAnswer } from '../views/status-message.js';
import type { Command } from './command.js';

const definition = new SlashCommandBuilder()
  .setName('status')
  .setDescription('One message here that stays current: all jobs and cards at a glance')
  .addBooleanOption((option) =>
    option.setName('pin').setDescription('Pin it to this channel; the bot needs the permission Pin Messages'),
  )
  .toJSON();

/** `/status`: the message that stays current comes into this channel; the one before it goes. */
export function createStatusCommand({ status }: { readonly status: Pick<StatusDesk, 'post'> }): Command {
  return {
    definition,
    // Everybody's one message moves with it.
    right: 'train',
    acknowledge: 'private',
    async run({ options, actor, botMay, reply }) {
      const pin = options['pin'] === true;
      const remedy = 'Channel settings → Permissions → the bot’s role: allow';
      if (botMay?.write === false) {
        throw new UserError(
          'The bot may not write into this channel.',
          `${remedy} View Channel, Send Messages and Embed Links; or give the command elsewhere.`,
        );
      }
      if (pin && botMay?.pin === false) {
        throw new UserError(
          'The bot may not pin messages in this channel.',
          `${remedy} Pin Messages; or give the command without pin.`,
        );
      }
      status.post(actor, pin);
      await reply(statusAnswer({ pin }));
    },
  };
}
