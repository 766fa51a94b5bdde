import { byId } from './dom.js';
import type { State } from './state.js';

/** Phone width and light or dark, remembered from visit to visit. `redraw` when messages look different. */
export function keepSwitches(state: State, redraw: () => void): void {
  keep('phone', (on) => {
    const changed = state.phone !== on;
    state.phone = on;
    document.body.classList.toggle('phone', on);
    if (changed) redraw();
  });
  keep('light', (on) => {
    document.body.classList.toggle('light', on);
    Reflect.set(byId('messages', HTMLElement), 'lightTheme', on);
  });
}

function keep(name: string, apply: (on: boolean) => void): void {
  const box = byId(name, HTMLInputElement);
  box.checked = localStorage.getItem(name) === 'on';
  apply(box.checked);
  box.addEventListener('change', () => {
    localStorage.setItem(name, box.checked ? 'on' : 'off');
    apply(box.checked);
  });
}
