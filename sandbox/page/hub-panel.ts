import { ask, type Answer } from './control.js';
import { byId, element } from './dom.js';
import type { FeedHub, FeedRepo } from './feed.js';
import { hubAnchor } from './links.js';
import { sayBytes } from './say-bytes.js';
import { sayWhen } from './times.js';
import type { State } from './state.js';

const faults = [
  ['429: wait 3 s, five times', '429'],
  ['503, five times', '503'],
  ['Cut the next upload midway', 'cut'],
  ['Lose the answer to a commit', 'lost'],
  ['Keep one byte wrong', 'spoilt'],
  ['Slow: 2 kB/s', 'slow'],
  ['Away for 60 s', 'away'],
] as const;

/** What arrived at the stand-in Hub, which token the bot has there, and what is to go wrong. Returns how to draw it. */
export function createHubPanel(state: State): (hub: FeedHub) => void {
  const details = byId('hub', HTMLDetailsElement);
  const place = details.querySelector('.panel');
  const token = element('select', { id: 'hub-token' }) as HTMLSelectElement;
  const [told, held] = [element('p', { role: 'status' }), element('div', { className: 'repos' })];
  const [coming, log] = [element('ul', { className: 'coming' }), element('ul', { className: 'log' })];
  const tell = ({ error }: Answer): void => {
    if (error !== undefined) told.textContent = error;
  };
  const act = (body: object): void => void ask('hub', body).then(tell);
  token.addEventListener('change', () => act({ token: token.value }));
  const buttons = faults.map(([label, fault]) => buttonOf(label, () => act({ fault })));
  const arrived = element('details', {}, element('summary', {}, 'Last requests'), log);
  place?.replaceChildren(
    element('label', { for: 'hub-token' }, 'The bot’s token'),
    token,
    element('h2', {}, 'Arrived'),
    held,
    coming,
    arrived,
    element('h2', {}, 'Faults'),
    element(
      'div',
      { className: 'grid' },
      ...buttons,
      buttonOf('End all faults', () => act({ clear: true })),
    ),
    told,
  );
  /** Repositories that the reader opened stay open when something arrives. */
  const open = new Set<string>();
  let [shown, followed] = ['', ''];

  function draw(hub: FeedHub): void {
    state.hubUrl = hub.url;
    if (token.childElementCount === 0)
      token.append(
        ...hub.tokens.map(({ kind, says }) => element('option', { value: kind }, `${kind}: ${says}`)),
      );
    token.value = hub.token;
    told.textContent = hub.faults.length === 0 ? 'No fault is on.' : `Faults: ${hub.faults.join('; ')}.`;
    const text = JSON.stringify(hub.repos);
    // The keyboard stays where it is unless something arrived.
    if (text !== shown) {
      const repos = hub.repos.map((repo) => repoElement(state, repo, open));
      held.replaceChildren(...(repos.length === 0 ? [element('p', {}, 'No repository yet.')] : repos));
      shown = text;
      // A link may be followed before its repository is told.
      if (location.hash !== followed) jump();
    }
    coming.replaceChildren(
      ...hub.arriving
        .filter(({ ofBytes }) => ofBytes > 0)
        .map(({ path, bytes, ofBytes }) =>
          element('li', {}, `${sayPath(path)}: ${sayBytes(bytes)} of ${sayBytes(ofBytes)}`),
        ),
    );
    log.replaceChildren(
      ...hub.arrived.map(({ method, path, status, bytes }) =>
        element(
          'li',
          {},
          `${status === 0 ? 'cut' : status} ${method} ${sayPath(path)}${bytes > 0 ? `, ${sayBytes(bytes)}` : ''}`,
        ),
      ),
    );
  }

  /** Opens the panel at the repository that the page's address names, if it names one. */
  function jump(): void {
    const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!(wanted instanceof HTMLDetailsElement) || !details.contains(wanted)) return;
    followed = location.hash;
    details.open = true;
    wanted.open = true;
    wanted.scrollIntoView({ block: 'nearest' });
  }
  window.addEventListener('hashchange', jump);
  details.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    details.open = false;
    details.querySelector('summary')?.focus();
  });
  return draw;
}

function repoElement(state: State, repo: FeedRepo, open: Set<string>): HTMLElement {
  const { id, kind, private: hidden, commits, last, files } = repo;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const made = element(
    'details',
    { id: hubAnchor(id), open: open.has(id) },
    element(
      'summary',
      {},
      element('b', {}, id),
      element(
        'small',
        {},
        `${kind}, ${hidden ? 'private' : 'public'}, ${files.length} file${files.length === 1 ? '' : 's'}, ${sayBytes(bytes)}`,
      ),
    ),
    element(
      'p',
      {},
      `Last of ${commits} commits: ${last.title}, by ${last.author}, ${sayWhen(state, new Date(last.at).toISOString())}`,
    ),
    element(
      'ul',
      {},
      ...files.map(({ path, size }) =>
        element('li', {}, element('span', {}, path), element('small', {}, sayBytes(size))),
      ),
    ),
  );
  made.addEventListener('toggle', () => {
    if (Reflect.get(made, 'open') === true) open.add(id);
    else open.delete(id);
  });
  return made;
}

function buttonOf(label: string, act: () => void): HTMLElement {
  const made = element('button', { type: 'button' }, label);
  made.addEventListener('click', act);
  return made;
}

/** Bytes go to an address that says nothing to people. */
function sayPath(path: string): string {
  return path.startsWith('/lfs-upload/') ? 'bytes of a large file' : path;
}
