import '@skyra/discord-components-core';
import { createBox } from './box.js';
import { createChannelView } from './channel.js';
import { ask, type Answer } from './control.js';
import type { Deeds } from './controls.js';
import { byId, element } from './dom.js';
import type { Stamped } from './feed.js';
import { createHubPanel } from './hub-panel.js';
import { openModal } from './modal.js';
import { fillPanel } from './panel.js';
import { createState } from './state.js';
import { keepSwitches } from './switches.js';
import { tickTimes } from './times.js';
import { drawIdeas } from './try-this.js';

const state = createState();
const deeds: Deeds = {
  press: (message, customId) => act('press', { message, customId }),
  choose: (message, customId, values) => act('choose', { message, customId, values }),
  visit,
};
const view = createChannelView(state, deeds);
const drawHub = createHubPanel(state);
const hint = byId('hint', HTMLElement);
const box = createBox(state, async (text) => {
  if (!text.startsWith('/')) return 'Only slash commands mean something here: type /';
  return tell(await ask('say', { as: state.readerId, channel: state.channelId, text }));
});
const person = byId('person', HTMLSelectElement);
let feed: EventSource | undefined;

async function act(name: string, body: object): Promise<void> {
  hint.textContent = tell(await ask(name, { as: state.readerId, channel: state.channelId, ...body })) ?? '';
}

/** Shows what came of a deed; returns what went wrong. */
function tell({ error, outcome }: Answer): string | undefined {
  if (outcome?.modal) openModal(state, outcome.modal, (modal) => openModal(state, modal, () => undefined));
  return outcome?.kind === 'failed' ? 'The application did not respond' : error;
}

function connect(who: string): void {
  feed?.close();
  feed = new EventSource(`/sandbox/live?as=${encodeURIComponent(who)}`);
  feed.addEventListener('message', ({ data }: MessageEvent<string>) => receive(JSON.parse(data) as Stamped));
  feed.addEventListener('error', () => sayConnection('The sandbox is gone; trying again …'));
}

function receive(event: Stamped): void {
  state.aheadMs = event.now - Date.now();
  switch (event.type) {
    case 'snapshot':
      return begin(event);
    case 'message':
      return view.put(event.message);
    case 'gone':
      return view.remove(event.id);
    case 'commands':
      state.commands = event.commands;
      drawIdeas(state, byId('try', HTMLElement), (text) => box.type(text));
      return box.refresh();
    case 'channels':
      state.channels = event.channels;
      drawChannels();
      return view.touch(event.channels.map(({ id }) => id));
    case 'hub':
      return drawHub(event.hub);
    case 'gateway':
      return sayConnection(event.connected ? '' : 'The bot is offline');
  }
}

function begin(snapshot: Extract<Stamped, { type: 'snapshot' }>): void {
  const { readerId, channels, commands, connected, people, messages, hub } = snapshot;
  Object.assign(state, { readerId, channels, commands });
  state.people.clear();
  for (const one of people) state.people.set(one.id, one);
  const last = sessionStorage.getItem('channel');
  const wanted = channels.find(({ id }) => id === (state.channelId || last)) ?? channels[0];
  state.channelId = wanted?.id ?? '';
  drawPeople();
  drawChannels();
  sayConnection(connected ? '' : 'The bot is offline');
  drawIdeas(state, byId('try', HTMLElement), (text) => box.type(text));
  drawHub(hub);
  view.replace(messages);
}

function drawPeople(): void {
  const people = [...state.people.values()].filter(({ bot }) => !bot);
  person.replaceChildren(
    ...people.map(({ username, name, roles }, index) => {
      const held = roles.map((role) => role.name).join(', ') || (index === 0 ? 'owner' : 'no role');
      return element('option', { value: username }, `${name} (${held})`);
    }),
  );
  person.value = state.people.get(state.readerId)?.username ?? '';
}

function drawChannels(): void {
  const buttons = state.channels.map(({ id, name, kind }) => {
    const sign = kind === 'direct' ? '@' : kind === 'thread' ? '↳' : '#';
    const button = element('button', { type: 'button' }, `${sign} ${kind === 'direct' ? 'Tuner' : name}`);
    if (id === state.channelId) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => visit(id));
    return button;
  });
  byId('channels', HTMLElement).replaceChildren(...buttons);
}

function visit(channelId: string): void {
  state.channelId = channelId;
  sessionStorage.setItem('channel', channelId);
  drawChannels();
  view.draw();
}

function sayConnection(text: string): void {
  byId('connection', HTMLElement).textContent = text;
}

keepSwitches(state, () => view.draw());
person.addEventListener('change', () => {
  sessionStorage.setItem('person', person.value);
  connect(person.value);
});
const panel = document.querySelector('#faults .panel');
// The new time comes with a new snapshot.
if (panel) fillPanel(panel, () => connect(person.value));
setInterval(() => tickTimes(state), 1000);
connect(sessionStorage.getItem('person') ?? 'tom');
