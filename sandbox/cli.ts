import { defaultPort } from './launch/default-port.js';

const usage = `Drives a sandbox that runs (npm run sandbox), from a second terminal:

  npm run sandbox:cli -- say /train platform:rtx method:kto
  npm run sandbox:cli -- press Start
  npm run sandbox:cli -- show              the last messages; show 20 for more
  npm run sandbox:cli -- choose kto        from a menu
  npm run sandbox:cli -- fill "Epochs=2" "Note=try again"
  npm run sandbox:cli -- complete train dataset vault
  npm run sandbox:cli -- fault away 60     also: errors 5, slow 2000, cut, reconnect, invalidate, close 4000, clear
  npm run sandbox:cli -- hub               what arrived at the stand-in Hub
  npm run sandbox:cli -- hub token read    what the bot's token may: write, read, fineGrained, revoked …
  npm run sandbox:cli -- hub fault 503     also: 429, cut, lost, spoilt, slow, away; hub clear
  npm run sandbox:cli -- clock 3600        moves the sandbox's clock, seconds
  npm run sandbox:cli -- role tom trainer off

Before the word: --as NAME (tom; ada is the administrator, olga the owner, vera views, oskar has no role),
--channel NAME (training), --port N (${defaultPort}).`;

const options = { as: 'tom', channel: undefined as string | undefined, port: String(defaultPort) };
const words = process.argv.slice(2);
while (words[0]?.startsWith('--')) {
  const [name = '', value = ''] = words.splice(0, 2);
  if (name === '--as') options.as = value;
  else if (name === '--channel') options.channel = value;
  else if (name === '--port') options.port = value;
  else fail(`There is no option ${name}.\n\n${usage}`);
}
const [word = '', ...rest] = words;
const who = { as: options.as, ...(options.channel !== undefined && { channel: options.channel }) };

const requestOf: Readonly<Record<string, () => object>> = {
  say: () => ({ ...who, text: rest.join(' ') }),
  press: () => ({ ...who, label: rest.join(' ') }),
  show: () => ({ ...who, last: Number(rest[0] ?? 5) }),
  choose: () => ({ ...who, values: rest }),
  fill: () => ({ ...who, fields: Object.fromEntries(rest.map((pair) => splitPair(pair))) }),
  complete: () => ({ ...who, command: rest[0], option: rest[1], text: rest.slice(2).join(' ') }),
  fault: () => faultOf(rest),
  hub: () => (rest[0] === 'clear' ? { clear: true } : rest[0] === undefined ? {} : { [rest[0]]: rest[1] }),
  clock: () => ({ advanceSeconds: Number(rest[0]) }),
  role: () => ({ user: rest[0], role: rest[1], held: rest[2] !== 'off' }),
};

const build = requestOf[word];
if (!build) fail(word === '' ? usage : `There is no word ${word}.\n\n${usage}`);
try {
  const response = await fetch(`http://127.0.0.1:${options.port}/sandbox/${word}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(build()),
  });
  const answer = (await response.json()) as { text?: string; error?: string };
  if (answer.error !== undefined) fail(answer.error);
  process.stdout.write(`${answer.text}\n`);
} catch (error) {
  fail(
    `The sandbox does not answer on port ${options.port}: start it with npm run sandbox. (${String(error)})`,
  );
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  if (at === -1) fail(`"${pair}" is no FIELD=VALUE.`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function faultOf([kind = '', amount = '']: readonly string[]): object {
  if (kind === 'away') return { awaySeconds: Number(amount || 60) };
  if (kind === 'errors') return { errors: Number(amount || 5) };
  if (kind === 'slow') return { delayMs: Number(amount || 2000) };
  if (kind === 'close') return { closeCode: Number(amount || 4000) };
  return kind === 'clear' ? { clear: true } : { gateway: kind };
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
