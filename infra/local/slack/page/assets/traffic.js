// What went on between Slack, the app and AWS: who asked whom for what, and how it ended, never a body.

import { el } from './dom.js';

const most = 20; // entries of a table

/** tables shows GET /api/hood, the latest first. */
export function tables(seen) {
  const [exchanges, aws, logs] = [seen.exchanges ?? [], seen.aws ?? [], seen.logs ?? []];
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
const arrow = (direction) => el('span', { class: 'direction', title: direction }, direction === 'from app' ? 'app → Slack' : 'Slack → app');

/** verdict is what the asked one made of a request: the app of Slack's signature, Slack of the app's call. */
function verdict({ direction, status }) {
  if (!status) return 'no answer';
  if (direction === 'from app') return String(status);
  return status === 401 || status === 403 ? `signature refused (${status})` : `signature good (${status})`;
}
