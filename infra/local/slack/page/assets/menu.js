// A button that opens a menu (ARIA Authoring Practices, Menu Button).

import { el } from './dom.js';
import { close, open, popup, step } from './popup.js';

/** menuButton returns the button and its menu. Items are {label, description, onpick}; label and description are nodes. */
export function menuButton(properties, face, items) {
  const entries = items.map(({ label, description, onpick }) => el(
    'button',
    { type: 'button', role: 'menuitem', tabIndex: -1, class: 'entry', onclick: () => { shut(); onpick(button); } },
    el('span', {}, ...label),
    description && el('span', { class: 'description' }, ...description),
  ));
  const menu = popup({ role: 'menu', class: 'menu', onkeydown: move }, ...entries);
  const button = el('button', {
    type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', ...properties,
    onclick: () => (menu.matches(':popover-open') ? shut() : show(0)),
    onkeydown: (event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      show(event.key === 'ArrowUp' ? entries.length - 1 : 0);
    },
  }, face);

  function show(index) {
    open(menu, button, hide);
    button.setAttribute('aria-expanded', 'true');
    entries[index].focus();
  }
  function hide() {
    close(menu);
    button.setAttribute('aria-expanded', 'false');
  }
  function shut() {
    hide();
    button.focus();
  }
  function move(event) {
    if (event.key === 'Tab') return hide();
    const next = step(event.key, entries.indexOf(document.activeElement), entries.length);
    if (next === null && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (next === null) shut();
    else entries[next].focus();
  }
  return [button, menu];
}
