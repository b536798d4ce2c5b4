// "Under the hood": the stack's clock, faults on demand, acts beside the app's, and what went on.

import { acts } from './acts.js';
import { get, post, trouble } from './api.js';
import { el, icon } from './dom.js';
import { faults } from './faults.js';
import { toast } from './toast.js';
import { tables } from './traffic.js';

const often = 1000; // milliseconds between looks while the drawer is open

/** hood makes the button open and close the drawer. */
export function hood(button, drawer) {
  let looking;
  let told = true; // whether the stack tells what went on
  const clock = el('output', { class: 'clock' });
  const wrong = faults();
  const traffic = el('div');
  drawer.replaceChildren(
    el('header', {}, el('h2', {}, 'Under the hood'), el('button', { type: 'button', class: 'plain', 'aria-label': 'Close the drawer', onclick: toggle }, icon('close'))),
    el('section', {}, el('h3', {}, 'Clock'), clock, el('div', { class: 'row' }, advance('1h', 'Advance 1 hour'), advance('24h', 'Advance a day'))),
    wrong, acts(), traffic,
  );
  drawer.addEventListener('keydown', (event) => { if (event.key === 'Escape') toggle(); });
  button.addEventListener('click', toggle);

  function toggle() {
    drawer.hidden = !drawer.hidden;
    button.setAttribute('aria-expanded', String(!drawer.hidden));
    clearInterval(looking);
    if (drawer.hidden) return button.focus();
    told = true;
    looking = setInterval(look, often);
    look();
    drawer.querySelector('button').focus();
  }

  /** look shows what is; where the stack does not tell what went on, nothing stands in its place. */
  async function look() {
    const [time, seen] = await Promise.all([get('clock').catch(() => null), told ? get('hood').catch(() => null) : null, wrong.look()]);
    told = seen !== null;
    clock.textContent = time ? new Date(time.now).toUTCString() : '';
    traffic.replaceChildren(...(seen ? tables(seen) : []));
  }

  function advance(by, label) {
    return el('button', {
      type: 'button', class: 'button',
      onclick: async (event) => {
        const node = event.currentTarget;
        node.setAttribute('aria-busy', 'true');
        const answer = await post('clock', { advance: by });
        node.removeAttribute('aria-busy');
        if (!answer.ok) toast({ title: 'The clock was not moved', text: trouble(answer), kind: 'warning' });
        look();
      },
    }, el('span', {}, label));
  }
}
