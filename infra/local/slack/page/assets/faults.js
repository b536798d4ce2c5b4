// Faults on demand: what is on, and a form for one more.

import { get, post, remove, trouble } from './api.js';
import { el, icon } from './dom.js';
import { toast } from './toast.js';

const kinds = { throttle: 'throttles', before: 'fails before', after: 'fails after', delay: 'is late by 2 s', hang: 'hangs', kill: 'is killed' };
const targets = ['slack', 'dynamodb', 'secretsmanager', 'sqs', 'worker', 'reveal', 'verify'];

/** faults returns a node with look(), which shows what is on now. */
export function faults() {
  const on = el('ul', { class: 'faults' });
  return Object.assign(el('section', {}, el('h3', {}, 'Faults'), on, form(look)), { look });

  async function look() {
    const all = (await get('faults').catch(() => ({ faults: [] }))).faults;
    const clear = async () => { await remove('faults'); look(); };
    on.replaceChildren(...all.map((f) => el('li', {}, icon('warning'), sentence(f))),
      ...(all.length ? [el('li', {}, el('button', { type: 'button', class: 'button', onclick: clear }, 'Clear all faults'))] : []));
  }
}

const sentence = (f) => `${f.target} ${f.operation} ${kinds[f.kind] ?? f.kind}, ${f.times ? `${f.times}×` : 'until cleared'}`;

function form(done) {
  const field = (label, node) => el('label', {}, el('span', {}, label), node);
  const target = el('select', {}, ...targets.map((t) => el('option', {}, t)));
  const kind = el('select', {}, ...Object.entries(kinds).map(([value, label]) => el('option', { value }, label)));
  const operation = el('input', { placeholder: 'any operation', autocomplete: 'off', spellcheck: false });
  const times = el('input', { type: 'number', min: 0, value: 1, title: '0: until cleared' });
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
