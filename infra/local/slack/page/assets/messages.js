// The messages of a conversation, as a log with a line for each day.

import { render } from './blockkit.js';
import { el, icon, patch } from './dom.js';
import { mrkdwn } from './mrkdwn.js';
import { bot, nameOf } from './store.js';
import { Surface } from './surface.js';
import { clockTime, dayOf, dayTitle, fullTime } from './time.js';

const together = 5 * 60_000; // messages of one author stand together for so many milliseconds

export const avatar = (id, look = '') => el(
  'span', { class: `avatar ${look} hue-${[...id].reduce((n, c) => n + c.codePointAt(0), 0) % 6} ${id === bot ? 'app' : ''}`, 'aria-hidden': 'true' },
  id === bot ? icon('lock') : nameOf(id).slice(0, 1).toUpperCase(),
);

/** messageList returns a node with update(messages, beginning): those of one conversation, oldest first, below its beginning. */
export function messageList() {
  const list = el('ol', { class: 'messages', role: 'log', 'aria-label': 'Messages', tabIndex: 0 });
  const shown = new Map(); // messages by ts: {node, surface, seen}
  const days = new Map(); // their dividers
  let atEnd = true; // where new messages come into sight
  const stay = () => { if (atEnd) list.scrollTop = list.scrollHeight; };
  list.addEventListener('scroll', () => { atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40; });
  new ResizeObserver(stay).observe(list);
  return Object.assign(list, { update });

  function update(messages, beginning) {
    const nodes = [beginning];
    let before = null;
    for (const m of messages) {
      const ms = Number(m.ts) * 1000;
      if (!before || dayOf(before.ms) !== dayOf(ms)) {
        nodes.push(divider(ms));
        before = null;
      }
      const joined = before && before.user === m.user && before.ephemeral === m.ephemeral && !m.ephemeral && ms - before.ms < together;
      nodes.push(line(m, ms, joined));
      before = { ...m, ms };
    }
    for (const ts of shown.keys()) if (!messages.some((m) => m.ts === ts)) shown.delete(ts);
    const focused = list.contains(document.activeElement) && document.activeElement.closest('.message')?.dataset.ts;
    patch(list, nodes);
    // What had the focus was replaced: Tab goes on from what stands there now.
    if (focused && !list.contains(document.activeElement)) (list.querySelector(`[data-ts="${focused}"]`) ?? list).focus();
    stay();
  }

  function divider(ms) {
    const day = dayOf(ms);
    if (!days.has(day)) days.set(day, el('li', { class: 'day' }, el('span')));
    days.get(day).firstChild.textContent = dayTitle(ms);
    return days.get(day);
  }

  /** line is the message's node: the one on show, unless the message has changed. */
  function line(m, ms, joined) {
    const seen = JSON.stringify([m.text, m.blocks, m.edited, joined]);
    const known = shown.get(m.ts);
    if (known) known.surface.state = m.state;
    if (known?.seen === seen) return known.node;
    const surface = known?.surface ?? new Surface(m.ts, 'message', () => {
      shown.get(m.ts).node.querySelector('.content').replaceChildren(...content(m, surface));
    });
    surface.state = m.state;
    const node = message(m, ms, joined, surface);
    shown.set(m.ts, { node, surface, seen });
    return node;
  }
}

const content = (m, surface) => (m.blocks.length ? render(m.blocks, surface) : [el('div', { class: 'text' }, ...mrkdwn(m.text))]);

function message(m, ms, joined, surface) {
  const time = el('time', { class: 'at', dateTime: new Date(ms).toISOString(), title: fullTime(ms) }, clockTime(ms));
  const name = el('p', { class: 'author' }, el('strong', {}, nameOf(m.user)), m.user === bot && el('span', { class: 'badge' }, 'APP'), ' ', time);
  return el(
    'li', { class: `message ${joined ? 'joined' : ''} ${m.ephemeral ? 'ephemeral' : ''}`, 'data-ts': m.ts, tabIndex: -1 },
    m.ephemeral && el('p', { class: 'only' }, icon('eye'), 'Only visible to you'),
    el('div', { class: 'gutter' }, joined ? time : avatar(m.user)),
    el('div', { class: 'said' }, !joined && name,
      el('div', { class: 'content' }, ...content(m, surface)),
      m.edited && !m.ephemeral && el('span', { class: 'edited' }, '(edited)')),
    m.blocks.length > 0 && fallback(m.text),
  );
}

/** fallback is what is shown where blocks can't be: in notifications, and to screen readers. */
function fallback(text) {
  const words = text || 'no text: notifications of this message are empty';
  return el('button', { type: 'button', class: 'fallback', 'aria-label': `In notifications: ${words}` }, 'Aa',
    el('span', { class: 'tip', 'aria-hidden': 'true' }, el('strong', {}, 'In notifications'), ...mrkdwn(words)));
}
