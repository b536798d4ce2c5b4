// What Slack, its administrators and its enemies do, beside what a person does with the app.

import { act, post, trouble } from './api.js';
import { el } from './dom.js';
import { me, store } from './store.js';
import { toast } from './toast.js';

/** acts returns a section with what can be done. */
export function acts() {
  return el('section', { class: 'acts' },
    el('h3', {}, 'Acts'),
    named('Global shortcut', 'new_app_password', (id) => act('shortcut', { callback_id: id })),
    named('Scheduled function', 'sweep', (name) => post('tick', { function: name })),
    el('div', { class: 'row' },
      button('Deactivate or bring back', 'Deactivates the person who is played, as an administrator of Slack would, or undoes it', deactivate),
      button('Forge a command', 'Sends a command in this person’s name that Slack has not signed', forge)));
}

function named(label, placeholder, run) {
  const field = el('input', { placeholder, 'aria-label': label, autocomplete: 'off', spellcheck: false, required: true });
  return el('form', { onsubmit: (event) => { event.preventDefault(); tell(label, run(field.value.trim())); } },
    el('label', {}, el('span', {}, label), field), el('button', { class: 'button' }, 'Run'));
}

const button = (label, title, run) => el('button', { type: 'button', class: 'button', title, onclick: run }, label);

async function tell(title, doing) {
  const answer = await doing;
  if (!answer.ok) toast({ title: `${title} did not work`, text: trouble(answer), kind: 'warning' });
}

function deactivate() {
  return tell('The change', post('people', { id: store.person, deleted: !me().deleted }));
}

async function forge() {
  const body = new URLSearchParams({ command: '/apppass', text: 'list', user_id: store.person, channel_id: store.channel, team_id: 'TLOCAL' }).toString();
  const answer = await post('raw', {
    path: '/slack/commands', body, sign: false,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded', 'X-Slack-Signature': `v0=${'0'.repeat(64)}`,
      'X-Slack-Request-Timestamp': String(Math.floor((Date.now() + store.ahead) / 1000)),
    },
  });
  if (!answer.ok) return tell('Forging', answer);
  const refused = answer.status === 401 || answer.status === 403;
  toast({
    title: refused ? 'Refused, as it must be' : 'The app believed it', kind: refused ? 'notice' : 'warning',
    text: `The app answered ${answer.status} to a command with a wrong signature.`,
  });
}
