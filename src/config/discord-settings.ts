import type { Fault } from '../domain/fault.js';
import type { Settings } from './settings.js';
import type { SettingsFile } from './settings-schema.js';
import { checkUrl, type Variables } from './variables.js';

/** Any token will do for a stand-in on this machine. */
const standInToken = 'stand-in.for.discord';

/** Bot tokens have three parts with dots between, of base64url: id, time, signature. */
const tokenForm = /^[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}$/;

/** Discord's part of the settings, from the variables and the file. Adds faults; what it returns holds only without any. */
export function readDiscord(
  variables: Variables,
  file: SettingsFile['discord'] | undefined,
  faults: Fault[],
): Settings['discord'] {
  const apiUrl = variables['DISCORD_API_URL']?.replace(/\/+$/, '');
  if (apiUrl !== undefined) checkUrl('DISCORD_API_URL', apiUrl, 'http://127.0.0.1:4780/api', faults);
  return {
    token: readToken(variables, apiUrl, faults),
    ...(apiUrl !== undefined && { apiUrl }),
    guild: file?.guild ?? '',
    ...(file?.channel !== undefined && { channel: file.channel }),
  };
}

function readToken(variables: Variables, apiUrl: string | undefined, faults: Fault[]): string {
  const token = variables['DISCORD_TOKEN'];
  if (token === undefined) {
    if (isLoopback(apiUrl)) return standInToken;
    faults.push({
      key: 'DISCORD_TOKEN',
      message: 'is missing',
      remedy:
        'Take it from https://discord.com/developers/applications (your application, Bot, Reset Token) and put it into .env',
    });
    return '';
  }
  if (apiUrl === undefined && !tokenForm.test(token)) {
    faults.push({
      key: 'DISCORD_TOKEN',
      message: 'does not look like a bot token (three parts with dots between)',
      remedy: 'Copy it again: Developer Portal, your application, Bot, Reset Token (not the client secret)',
    });
  }
  return token;
}

function isLoopback(address: string | undefined): boolean {
  if (address === undefined || !URL.canParse(address)) return false;
  return /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(address).hostname);
}
