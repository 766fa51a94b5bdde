import { ask } from './control.js';
import { element } from './dom.js';

const faults = [
  ['Discord away for 60 s', 'fault', { awaySeconds: 60 }],
  ['5 errors (500)', 'fault', { errors: 5 }],
  ['Slow: 2 s an answer', 'fault', { delayMs: 2000 }],
  ['Cut the gateway', 'fault', { gateway: 'cut' }],
  ['Age all messages by an hour', 'clock', { advanceSeconds: 3600 }],
  ['End all faults', 'fault', { clear: true }],
] as const;

/** Buttons that make something wrong. `onClock`: the sandbox's time was moved. */
export function fillPanel(panel: Element, onClock: () => void): void {
  const told = element('p', { role: 'status' });
  const buttons = faults.map(([label, name, body]) => {
    const button = element('button', { type: 'button' }, label);
    button.addEventListener('click', () => {
      void ask(name, body).then(({ text, error }) => {
        told.textContent = error ?? text ?? '';
        if (name === 'clock') onClock();
      });
    });
    return button;
  });
  panel.replaceChildren(...buttons, told);
}
