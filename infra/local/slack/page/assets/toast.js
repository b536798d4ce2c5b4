// What Slack would tell a person who looks elsewhere, in a corner for a while.

import { el, icon } from './dom.js';

const shown = 8000; // milliseconds

/** toast shows a title and a text; href makes it a link, onopen a button. kind is "notice" or "warning". */
export function toast({ title, text, href, onopen, kind = 'notice' }) {
  const all = document.getElementById('toasts');
  const body = el('span', { class: 'toast-body' }, el('strong', {}, title), el('span', {}, text));
  const dismiss = el('button', { type: 'button', class: 'plain', 'aria-label': 'Dismiss', onclick: () => remove() }, icon('close'));
  let one = body;
  if (href) one = el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, body);
  if (onopen) one = el('button', { type: 'button', class: 'plain', onclick: () => { remove(); onopen(); } }, body);
  const node = el('div', { class: `toast ${kind}` }, icon(kind === 'warning' ? 'warning' : 'bell'), one, dismiss);
  all.append(node);
  document.getElementById('heard').textContent = `${title}: ${text}`;
  // Shown again, the toasts stand above a dialog that was opened after them.
  if (all.matches(':popover-open')) all.hidePopover();
  all.showPopover();
  const timer = setTimeout(remove, shown);
  function remove() {
    clearTimeout(timer);
    node.remove();
    if (!all.hasChildNodes()) all.hidePopover();
  }
}
