// The dialog that asks before a choice is reported (a confirmation object).

import { el } from './dom.js';
import { textObject } from './mrkdwn.js';

/** confirmed asks, and resolves to whether the person agreed. */
export function confirmed({ title, text, confirm, deny, style = 'primary' }) {
  const answer = (value, label, look) => el('button', { class: `button ${look}`, value, autofocus: value === 'yes' }, ...textObject(label));
  const dialog = el(
    'dialog',
    { class: 'confirm', 'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-text' },
    el('form', { method: 'dialog' },
      el('h2', { id: 'confirm-title' }, ...textObject(title)),
      el('div', { id: 'confirm-text', class: 'text' }, ...textObject(text)),
      el('div', { class: 'answers' }, answer('no', deny, ''), answer('yes', confirm, style))),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
