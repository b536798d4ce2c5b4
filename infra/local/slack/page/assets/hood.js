// "Under the hood": the clock, faults on demand, and what went on between Slack, the app and AWS, never with a body.

import { get, post, remove, trouble } from './api.js';
import { el, icon } from './dom.js';
import { now } from './store.js';
import { toast } from './toast.js';

const often = 1000; // milliseconds between looks while the drawer is open
const most = 40; // entries of a table
const kinds = { throttle: 'throttles', before: 'fails before', after: 'fails after', delay: 'is late', hang: 'hangs', kill: 'is killed' };

/** hood makes the button open and close the drawer. */
export function hood(button, drawer) {
  let looking;
  const clock = el('output', { class: 'clock' });
  const faults = el('ul', { class: 'faults' });
  const traffic = el('div');
  drawer.replaceChildren(
    el('header', {}, el('h2', {}, 'Under the hood'), el('button', { type: 'button', class: 'plain', 'aria-label': 'Close the drawer', onclick: toggle }, icon('close'))),
    el('section', {}, el('h3', {}, 'Clock'), clock,
      el('div', { class: 'row' }, advance('1h', 'Advance 1 hour'), advance('24h', 'Advance a day'))),
    el('section', {}, el('h3', {}, 'Faults'), faults, faultForm(look)),
    traffic,
  );
  drawer.addEventListener('keydown', (event) => { if (event.key === 'Escape') toggle(); });
  button.addEventListener('click', toggle);

  function toggle() {
    drawer.hidden = !drawer.hidden;
    button.setAttribute('aria-expanded', String(!drawer.hidden));
    clearInterval(looking);
    if (drawer.hidden) return button.focus();
    looking = setInterval(look, often);
    look();
    drawer.querySelector('button').focus();
  }

  async function look() {
    const [time, on, seen] = await Promise.all([get('clock').catch(() => null), get('faults').catch(() => null), get('hood').catch(() => null)]);
    clock.textContent = new Date(time?.now ?? now()).toUTCString();
    faults.replaceChildren(...(on?.faults ?? []).map((f) => el('li', {}, icon('warning'), sentence(f))));
    if (on?.faults?.length) faults.append(el('li', {}, el('button', { type: 'button', class: 'button', onclick: clear }, 'Clear all faults')));
    const at = traffic.parentElement.scrollTop;
    traffic.replaceChildren(...(seen ? tables(seen) : []));
    traffic.parentElement.scrollTop = at;
  }

  async function clear() {
    await remove('faults');
    look();
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

const sentence = (f) => `${f.target}${f.operation ? ` ${f.operation}` : ''} ${kinds[f.kind] ?? f.kind}${f.kind === 'delay' ? ` by ${f.delay}` : ''}, ${f.times ? `${f.times}×` : 'until cleared'}`;

function faultForm(done) {
  const field = (label, node) => el('label', {}, el('span', {}, label), node);
  const target = el('select', { name: 'target' }, ...['slack', 'dynamodb', 'secretsmanager', 'sqs', 'worker', 'reveal', 'verify'].map((t) => el('option', {}, t)));
  const kind = el('select', { name: 'kind' }, ...Object.entries(kinds).map(([value, label]) => el('option', { value }, label)));
  const operation = el('input', { name: 'operation', placeholder: 'any operation', autocomplete: 'off', spellcheck: false });
  const times = el('input', { name: 'times', type: 'number', min: 0, value: 1, title: '0: until cleared' });
  return el('form', {
    class: 'fault',
    onsubmit: async (event) => {
      event.preventDefault();
      const delay = kind.value === 'delay' ? { delay: '2s' } : {};
      const answer = await post('faults', { target: target.value, operation: operation.value.trim(), kind: kind.value, times: Number(times.value), ...delay });
      if (!answer.ok) toast({ title: 'The fault is not on', text: trouble(answer), kind: 'warning' });
      done();
    },
  }, field('What', target), field('goes wrong how', kind), field('at', operation), field('how often', times), el('button', { class: 'button' }, 'Switch on'));
}

/** tables shows GET /api/hood, the latest first. */
function tables({ exchanges = [], aws = [], logs = [] }) {
  const rows = (all, show) => all.slice(-most).reverse().map(show);
  const fine = (status) => (status >= 200 && status < 400 ? 'good' : 'bad');
  return [
    section('Requests', exchanges, el('table', {}, ...rows(exchanges, (e) => el('tr', {},
      el('td', { class: 'time' }, time(e.at)), el('td', {}, arrow(e.direction), ' ', e.name),
      el('td', { class: fine(e.status) }, verdict(e)), el('td', { class: 'number' }, `${e.took_ms} ms`))))),
    section('AWS calls', aws, el('table', {}, ...rows(aws, (c) => el('tr', {},
      el('td', { class: 'time' }, time(c.at)), el('td', {}, el('strong', {}, c.function), ' ', `${c.service} ${c.operation}`),
      el('td', { class: c.error ? 'bad' : fine(c.status) }, c.error || c.status), el('td', { class: 'number' }, `${c.took_ms} ms`))))),
    section('Logs', logs, el('ul', { class: 'logs' }, ...rows(logs, (l) => el('li', {}, el('strong', {}, l.source), ' ', l.line)))),
  ];
}

const section = (title, all, body) => el('section', {}, el('h3', {}, title), all.length ? body : el('p', { class: 'none' }, 'None yet'));
const time = (at) => new Date(at).toISOString().slice(11, 19);
const arrow = (direction) => el('span', { class: 'direction', title: direction }, direction === 'from_app' ? 'app → Slack' : 'Slack → app');

/** verdict is what the asked one made of a request: the app of Slack's signature, Slack of the app's call. */
function verdict({ direction, status }) {
  if (!status) return 'no answer';
  if (direction === 'from_app') return String(status);
  return status === 401 || status === 403 ? `signature refused (${status})` : `signature good (${status})`;
}
