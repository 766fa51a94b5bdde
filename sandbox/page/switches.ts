import { byId } from './dom.js';
import type { State } from './state.js';

/** A window that is narrow itself counts as a phone. */
const narrow = window.matchMedia('(max-width: 500px)');

/** Phone width and light or dark, remembered from visit to visit. `redraw` when messages look different. */
export function keepSwitches(state: State, redraw: () => void): void {
  const apply = (): void => {
    state.phone = phone.checked || narrow.matches;
    document.body.classList.toggle('phone', state.phone);
    document.body.classList.toggle('light', light.checked);
    Reflect.set(byId('messages', HTMLElement), 'lightTheme', light.checked);
    redraw();
  };
  const [phone, light] = [keep('phone', apply), keep('light', apply)];
  narrow.addEventListener('change', apply);
  apply();
}

function keep(name: string, apply: () => void): HTMLInputElement {
  const box = byId(name, HTMLInputElement);
  box.checked = localStorage.getItem(name) === 'on';
  box.addEventListener('change', () => {
    localStorage.setItem(name, box.checked ? 'on' : 'off');
    apply();
  });
  return box;
}
