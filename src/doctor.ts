import { configExitCode, formatFaults } from './config/format-faults.js';
import { loadSettings } from './config/load-settings.js';
import { checkDiscordSetup } from './discord/check-setup.js';
import { fault, formatResults, ok, type CheckResult } from './doctor/check.js';
import { checkHub } from './doctor/hub-check.js';
import { checkMachine } from './doctor/machine-checks.js';

const { settings, faults } = loadSettings({ env: process.env, cwd: process.cwd() });
if (faults) {
  process.stdout.write(`${formatFaults(faults)}\n`);
  process.exit(configExitCode);
}

const { token, apiUrl, guild, channel } = settings.discord;
const [machine, discord, hub] = await Promise.all([
  checkMachine(settings),
  checkDiscordSetup({
    token,
    guildId: guild,
    ...(apiUrl !== undefined && { apiUrl }),
    ...(channel !== undefined && { channelId: channel }),
  }),
  checkHub(settings),
]);
const results: readonly CheckResult[] = [
  ...machine,
  ...discord.map(({ subject, message, remedy }) =>
    remedy === undefined ? ok(`Discord ${subject}`, message) : fault(`Discord ${subject}`, message, remedy),
  ),
  hub,
];
process.stdout.write(`${formatResults(results)}\n`);
const wrong = results.filter(({ level }) => level === 'fault').length;
process.stdout.write(wrong === 0 ? '\nReady: npm start\n' : `\n${wrong} to mend.\n`);
process.exitCode = wrong === 0 ? 0 : 1;
