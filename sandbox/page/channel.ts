import type { Deeds } from './controls.js';
import { byId } from './dom.js';
import type { FeedMessage } from './feed.js';
import { messageElement } from './message.js';
import type { State } from './state.js';

export interface ChannelView {
  /** Every message that the reader sees, in all channels. */
  replace(messages: readonly FeedMessage[]): void;
  put(message: FeedMessage): void;
  remove(id: string): void;
  /** Draws messages on which these threads hang anew. */
  touch(threadIds: readonly string[]): void;
  /** Draws the channel of the state anew. */
  draw(): void;
  scrollToEnd(): void;
}

/** So near to the end counts as being there, px. */
const nearEnd = 80;

/** The messages of one channel. Sticks to the end while the reader is there. */
export function createChannelView(state: State, deeds: Deeds): ChannelView {
  const list = byId('messages', HTMLElement);
  const scroll = byId('scroll', HTMLElement);
  const messages = new Map<string, FeedMessage>();
  let atEnd = true;
  let [lastTop, lastHeight] = [0, 0];
  scroll.addEventListener('scroll', () => {
    // Only upwards is somebody's wish to leave the end: messages that grow move it away by themselves.
    if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < nearEnd) atEnd = true;
    else if (scroll.scrollTop < lastTop && scroll.scrollHeight >= lastHeight) atEnd = false;
    [lastTop, lastHeight] = [scroll.scrollTop, scroll.scrollHeight];
  });
  // Pictures and components find their size later than their message is put in.
  new ResizeObserver(() => {
    if (atEnd) scrollToEnd();
  }).observe(list);

  function scrollToEnd(): void {
    scroll.scrollTop = scroll.scrollHeight;
    atEnd = true;
  }

  function jump(): void {
    const wanted = document.getElementById(location.hash.slice(1));
    if (!wanted || !list.contains(wanted)) return;
    atEnd = false;
    wanted.scrollIntoView({ block: 'center' });
  }
  window.addEventListener('hashchange', jump);

  function draw(): void {
    const here = [...messages.values()].filter(({ channel_id: id }) => id === state.channelId);
    list.replaceChildren(...here.map((message) => messageElement(state, message, deeds)));
    scrollToEnd();
  }

  function swap(old: HTMLElement, made: HTMLElement): void {
    const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
    const customId = focused instanceof HTMLElement ? focused.dataset['customId'] : undefined;
    old.replaceWith(made);
    if (customId !== undefined) void focusAgain(made, customId);
  }

  return {
    draw,
    scrollToEnd,
    replace(all) {
      messages.clear();
      for (const message of all) messages.set(message.id, message);
      draw();
      jump();
    },
    put(message) {
      messages.set(message.id, message);
      if (message.channel_id !== state.channelId) return;
      const made = messageElement(state, message, deeds);
      const old = document.getElementById(made.id);
      if (old) swap(old, made);
      else list.append(made);
      if (atEnd) scrollToEnd();
    },
    touch(threadIds) {
      for (const id of threadIds) {
        const message = messages.get(id);
        const old = document.getElementById(`message-${id}`);
        if (message && old) swap(old, messageElement(state, message, deeds));
      }
    },
    remove(id) {
      messages.delete(id);
      document.getElementById(`message-${id}`)?.remove();
    },
  };
}

/** Keeps the keyboard where it was when a message is edited under it. */
async function focusAgain(made: HTMLElement, customId: string): Promise<void> {
  const control = [...made.querySelectorAll<HTMLElement>('[data-custom-id]')].find(
    (one) => one.dataset['customId'] === customId,
  );
  if (!control) return;
  await Reflect.get(control, 'updateComplete');
  (control.shadowRoot?.querySelector('button') ?? control).focus({ preventScroll: true });
}
