import type {
  ApplicationCommandOptionType as Option,
  ButtonStyle as Style,
  ComponentType as Component,
  TextInputStyle as Input,
} from 'discord-api-types/v10';

export type {
  APIApplicationCommand,
  APIApplicationCommandOption,
  APIMessageTopLevelComponent,
  APIModalInteractionResponseCallbackData,
  APIStringSelectComponent,
} from 'discord-api-types/v10';

/* oxlint-disable typescript/no-unsafe-enum-assignment -- the enums are types alone here */
// The numbers that the page needs: the package that names them has no build for browsers, its types cost nothing.
export const ComponentType = {
  ActionRow: 1 as Component.ActionRow,
  Button: 2 as Component.Button,
  StringSelect: 3 as Component.StringSelect,
  TextInput: 4 as Component.TextInput,
  Label: 18 as Component.Label,
};
export const ButtonStyle = { Link: 5 as Style.Link, Premium: 6 as Style.Premium };
export const InputStyle = { Paragraph: 2 as Input.Paragraph };
export const OptionType = {
  Subcommand: 1 as Option.Subcommand,
  Boolean: 5 as Option.Boolean,
  User: 6 as Option.User,
};
export const MessageFlags = { Ephemeral: 64, Loading: 128 };
