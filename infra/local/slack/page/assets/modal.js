// Modals: the topmost view of a stack, in one dialog over dimmed ground.

import { act, trouble } from './api.js';
import { render } from './blockkit.js';
import { el, icon } from './dom.js';
import { avatar } from './messages.js';
import { textObject } from './mrkdwn.js';
import { bot } from './store.js';
import { Surface } from './surface.js';

const plain = (text) => ({ type: 'plain_text', text });

/** modal returns update(views): those that are open, the topmost last. */
export function modal() {
  const dialog = el('dialog', { class: 'modal', 'aria-labelledby': 'modal-title', closedby: 'none', onkeydown: keys });
  document.body.append(dialog);
  const surfaces = new Map(); // by view id
  let views = [];
  let shown = '';
  let busy = '';
  let opener = null;
  return { update };

  function update(next) {
    views = next;
    for (const id of surfaces.keys()) if (!views.some((v) => v.id === id)) surfaces.delete(id);
    const top = views.at(-1);
    for (const v of views) if (surfaces.has(v.id)) surfaces.get(v.id).state = v.state;
    if (!top) {
      shown = '';
      if (dialog.open) leave();
      return;
    }
    const version = `${top.id} ${top.hash} ${views.length}`;
    if (version === shown) return;
    shown = version;
    surface(top).errors = {};
    surface(top).settle(top.view.blocks);
    draw(top);
  }

  function surface(view) {
    if (!surfaces.has(view.id)) {
      const s = new Surface(view.id, 'modal', () => draw(views.at(-1)));
      s.state = view.state;
      surfaces.set(view.id, s);
    }
    return surfaces.get(view.id);
  }

  function draw(top) {
    const at = focused();
    const { title, close, submit, blocks } = top.view;
    const working = busy === version(top);
    const send = submit && el('button', { type: 'submit', class: 'button primary', 'aria-busy': String(working) }, el('span', {}, ...textObject(submit)));
    dialog.dataset.depth = views.length;
    dialog.replaceChildren(el(
      'form', { novalidate: true, onsubmit: (event) => { event.preventDefault(); submitTop(top); } },
      el('header', {},
        views.length > 1 ? el('button', { type: 'button', class: 'plain', 'aria-label': 'Back', onclick: () => shut(top) }, icon('back')) : avatar(bot, 'small'),
        el('h2', { id: 'modal-title', tabIndex: -1 }, ...textObject(title)),
        el('button', { type: 'button', class: 'plain', 'aria-label': 'Close', onclick: () => shutAll() }, icon('close'))),
      el('div', { class: 'body' }, ...render(blocks, surface(top))),
      el('p', { class: 'trouble', role: 'alert' }),
      el('footer', {}, el('button', { type: 'button', class: 'button', onclick: () => shut(top) }, ...textObject(close ?? plain(submit ? 'Cancel' : 'Close'))), send),
    ));
    if (!dialog.open) {
      opener = document.activeElement;
      dialog.showModal();
    }
    focus(at);
  }

  /** leave closes the dialog. Chromium gives the focus back to where it was, but not the caret. */
  function leave() {
    dialog.close();
    opener.blur();
    opener.focus();
  }

  function focused() {
    const block = dialog.open && document.activeElement?.closest?.('[data-block]');
    return block ? block.dataset.block : null;
  }

  /** focus goes back to the block where it was, else to what asks for it, to the first input, or to the title. */
  function focus(block) {
    const wrong = dialog.querySelector('[aria-invalid=true]');
    const same = block && dialog.querySelector(`[data-block="${CSS.escape(block)}"]`);
    const within = (node) => node?.querySelector('input, textarea, button, a');
    (wrong?.querySelector('input') ?? wrong ?? within(same) ?? dialog.querySelector('[autofocus]') ?? within(dialog.querySelector('.block-input'))
      ?? within(dialog.querySelector('.block-actions')) ?? dialog.querySelector('#modal-title')).focus();
  }

  async function submitTop(top) {
    if (busy === version(top)) return;
    const s = surface(top);
    busy = version(top);
    s.errors = {};
    draw(top);
    const answer = await act('submit', { view_id: top.id, values: s.values(top.view.blocks) });
    busy = '';
    const now = views.at(-1);
    if (!now || version(now) !== version(top)) return; // the app has shown the next view already
    if (answer.errors) s.errors = answer.errors;
    if (answer.ok && !answer.errors) return; // what the ack has done is on its way
    draw(top);
    if (!answer.errors) dialog.querySelector('.trouble').replaceChildren(icon('warning'), el('span', {}, `We had some trouble connecting. ${trouble(answer)} Try again?`));
  }

  function version(view) {
    return `${view.id} ${view.hash}`;
  }

  function shut(view) {
    return act('close', { view_id: view.id });
  }

  /** shutAll closes the stack, the topmost view first. */
  async function shutAll() {
    for (const view of [...views].reverse()) await shut(view);
  }

  function keys(event) {
    if (event.key === 'Escape' && !event.defaultPrevented) {
      event.preventDefault();
      shut(views.at(-1));
    } else if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      dialog.querySelector('form').requestSubmit();
    }
  }
}
