import { element } from './dom.js';
import type { State } from './state.js';
import { entriesOf } from './typed.js';

const ideas = [
  ['/train platform:rtx method:kto', 'plan a training, look at it, start it'],
  ['/runs', 'what was trained'],
  ['/jobs list', 'what runs and what waits'],
] as const;

/** Commands to click, of those that the bot has. */
export function drawIdeas(state: State, place: HTMLElement, take: (text: string) => void): void {
  const paths = new Set(entriesOf(state.commands).map(({ path }) => path));
  const known = ideas.filter(([text]) =>
    [...paths].some((path) => text === `/${path}` || text.startsWith(`/${path} `)),
  );
  place.hidden = known.length === 0;
  place.replaceChildren(
    element('b', {}, 'Try this'),
    ...known.map(([text, why]) => {
      const button = element(
        'button',
        { type: 'button', title: why },
        element('code', {}, text),
        element('small', {}, why),
      );
      button.addEventListener('click', () => take(text));
      return button;
    }),
  );
}
