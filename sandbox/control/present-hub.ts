import type { FeedHub, FeedRepo } from '../page/feed.js';
import { tokenKinds } from '../hub/bot-token.js';
import { commitAt, type HubRepo } from '../hub/repos.js';
import type { RunningHub } from '../hub/server.js';

/** So many of the last requests are told. */
const shownArrivals = 12;

/** The Hub as the page and the terminal show it. */
export function presentHub(hub: RunningHub): FeedHub {
  return {
    url: hub.url,
    token: hub.botToken.kind(),
    tokens: Object.entries(tokenKinds).map(([kind, says]) => ({ kind, says })),
    faults: hub.faults.describe(),
    repos: (['model', 'dataset', 'space'] as const).flatMap((type) => hub.repos.list(type)).map(presentRepo),
    arriving: [...hub.arriving].map(({ path, bytes, ofBytes }) => ({ path, bytes, ofBytes })),
    arrived: hub.arrived
      .slice(-shownArrivals)
      .reverse()
      .map(({ method, path, status, bytes }) => ({ method, path, status, bytes })),
  };
}

function presentRepo(repo: HubRepo): FeedRepo {
  const { title, author, date, files } = commitAt(repo, 'main');
  return {
    id: repo.id,
    kind: repo.type,
    private: repo.private,
    commits: repo.commits.length,
    last: { title, author, at: date.getTime() },
    files: [...files.values()]
      .map(({ path, size }) => ({ path, size }))
      .toSorted((one, other) => (one.path < other.path ? -1 : 1)),
  };
}
