// The first two columns: who one can be, and where one can look.

import { el, icon } from './dom.js';
import { avatar } from './messages.js';
import { bot, direct, general, me, store } from './store.js';

/** people shows everyone with a client; unread says of a person whether the app wrote to them since they were last played. */
export function people(rail, onpick) {
  return function update(unread) {
    const focused = rail.contains(document.activeElement) ? document.activeElement.dataset.person : null;
    rail.replaceChildren(...store.people.filter((p) => !p.bot).map((p) => {
      const current = p.id === store.person;
      const state = p.deleted ? 'deactivated' : current ? 'active' : 'away';
      return el(
        'button',
        {
          type: 'button', class: `person ${state}`, 'aria-current': current ? 'true' : null, title: p.email, 'data-person': p.id,
          'aria-label': `${p.name}, ${p.deleted ? 'deactivated' : current ? 'played now' : 'play'}${unread(p.id) ? ', has something new' : ''}`,
          onclick: () => onpick(p.id),
        },
        avatar(p.id), el('span', { class: 'dot' }), unread(p.id) && el('span', { class: 'new' }), el('span', { class: 'name' }, p.name),
      );
    }));
    if (focused) rail.querySelector(`[data-person="${focused}"]`)?.focus();
  };
}

/** places shows the conversations; unread counts what is new in one. */
export function places(column, onpick) {
  return function update(unread) {
    const focused = column.contains(document.activeElement) ? document.activeElement.dataset.channel : null;
    const entry = (channel, face, name) => el(
      'button',
      {
        type: 'button', class: unread(channel) ? 'place unread' : 'place', 'aria-current': channel === store.channel ? 'page' : null,
        'data-channel': channel, onclick: () => onpick(channel),
      },
      face, el('span', { class: 'name' }, name), unread(channel) > 0 && el('span', { class: 'count', 'aria-label': `${unread(channel)} new` }, String(unread(channel))),
    );
    column.replaceChildren(
      el('p', { class: 'workspace' }, 'Local Slack', el('span', { class: 'you' }, me().name && `as ${me().name}`)),
      el('h2', {}, 'Channels'), entry(general, icon('hash'), 'general'),
      el('h2', {}, 'Apps'), entry(direct(store.person), avatar(bot, 'tiny'), 'apppass'),
    );
    if (focused) column.querySelector(`[data-channel="${focused}"]`)?.focus();
  };
}
