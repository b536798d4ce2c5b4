// Slack's markup (https://docs.slack.dev/messaging/formatting-message-text) and its plain text, as nodes.

import { el } from './dom.js';
import { emoji } from './emoji.js';
import { channelName, nameOf } from './store.js';
import { dateToken, fullTime } from './time.js';

const unescape = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** textObject shows a plain_text or a mrkdwn object. */
export function textObject(object) {
  if (object.type === 'mrkdwn') return mrkdwn(object.text, { verbatim: object.verbatim });
  return lines(object.text, (line) => (object.emoji === false ? [line] : withEmoji(line)));
}

/** mrkdwn shows marked text; unless verbatim, bare URLs become links. */
export function mrkdwn(text, { verbatim = false } = {}) {
  return text.split(/\n?```\n?([\s\S]+?)\n?```\n?/).flatMap((part, i) => {
    if (i % 2) return [el('pre', { class: 'code' }, ...inline(part, [link]))];
    return quoted(part).flatMap(([isQuote, body]) => {
      const nodes = lines(body, (line) => inline(line, verbatim ? marks : [...marks, bareURL]));
      return isQuote ? [el('blockquote', {}, ...nodes)] : nodes;
    });
  });
}

/** link is an outside link, or its text alone where the address is not one for people. */
export function linkTo(url, children) {
  if (!/^(https?:|mailto:|tel:)/i.test(url)) return el('span', {}, ...children);
  return el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

export function mention(text, { loud = false } = {}) {
  return el('span', { class: loud ? 'mention loud' : 'mention' }, text);
}

/** dated is a date in words, with its full time on hover; the fallback where the format is unknown. */
export function dated(seconds, format, url, fallback) {
  const words = dateToken(seconds, format);
  if (words === null) return el('span', {}, fallback ?? format);
  const node = el('time', { dateTime: new Date(seconds * 1000).toISOString(), title: fullTime(seconds * 1000) }, words);
  return url ? linkTo(url, [node]) : node;
}

function lines(text, show) {
  return text.split('\n').flatMap((line, i) => (i ? [el('br'), ...show(line)] : show(line)));
}

/** quoted parts text into stretches that are quotes, and that are not. */
function quoted(text) {
  const parts = [];
  for (const line of text.split('\n')) {
    const body = line.replace(/^(&gt;|>) ?/, '');
    const isQuote = body !== line;
    const last = parts.at(-1);
    if (last && last[0] === isQuote) last[1] += `\n${body}`;
    else parts.push([isQuote, body]);
  }
  return parts;
}

function withEmoji(text) {
  return inline(text, [shortName], (s) => s);
}

// A mark is where it may begin, and what it makes of a match. Marks of emphasis stand at the edges of words.
const emphasis = (mark, tag) => ({
  edge: true,
  at: new RegExp(`[${mark}](?=\\S)([^${mark}\\n]*[^${mark}\\s])[${mark}](?![\\p{L}\\p{N}${mark}])`, 'uy'),
  show: (m) => el(tag, {}, ...inline(m[1], marks)),
});

const link = { at: /<([^<>\n]+)>/y, show: (m) => token(m[1]) };
const shortName = {
  at: /:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/y,
  show: (m) => (emoji[m[1]] ? el('span', { class: 'emoji', role: 'img', 'aria-label': m[1].replaceAll('_', ' '), title: m[0] }, emoji[m[1]]) : null),
};
const bareURL = { edge: true, at: /https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"*_~]/y, show: (m) => linkTo(unescape(m[0]), [unescape(m[0])]) };
const marks = [
  { at: /`([^`\n]+)`/y, show: (m) => el('code', {}, ...inline(m[1], [link])) },
  link, emphasis('*', 'strong'), emphasis('_', 'em'), emphasis('~', 's'), shortName,
];

function inline(text, some, plain = unescape) {
  const nodes = [];
  let begun = 0;
  for (let i = 0; i < text.length;) {
    const found = match(text, i, some);
    if (!found) {
      i++;
      continue;
    }
    if (i > begun) nodes.push(plain(text.slice(begun, i)));
    nodes.push(found.node);
    begun = i = found.end;
  }
  if (begun < text.length) nodes.push(plain(text.slice(begun)));
  return nodes;
}

function match(text, i, some) {
  for (const mark of some) {
    if (mark.edge && i > 0 && /[\p{L}\p{N}]/u.test(text[i - 1])) continue;
    mark.at.lastIndex = i;
    const m = mark.at.exec(text);
    const node = m && mark.show(m);
    if (node) return { node, end: i + m[0].length };
  }
  return null;
}

/** token is what stands between < and >. */
function token(body) {
  const bar = body.indexOf('|');
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? null : unescape(body.slice(bar + 1));
  if (target.startsWith('@')) return mention(`@${nameOf(target.slice(1))}`);
  if (target.startsWith('#')) return mention(`#${label || channelName(target.slice(1))}`);
  if (target.startsWith('!date^')) {
    const [, seconds, format, url] = target.split('^');
    return dated(Number(seconds), unescape(format ?? ''), url && unescape(url), label);
  }
  if (target.startsWith('!subteam^')) return mention(label ?? '@group', { loud: true });
  if (target.startsWith('!')) return mention(`@${target.slice(1)}`, { loud: true });
  const url = unescape(target);
  return linkTo(url, [label ?? url.replace(/^mailto:/, '')]);
}
