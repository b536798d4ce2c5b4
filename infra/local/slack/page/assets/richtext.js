// Rich text: what a rich_text block holds, and the leaves of it (package blockkit, richtext.go).

import { el } from './dom.js';
import { emoji } from './emoji.js';
import { dated, linkTo, mention } from './mrkdwn.js';
import { channelName, nameOf } from './store.js';

/** parts has a renderer for each element of a rich_text block. */
export const parts = {
  rich_text_section: (e) => el('div', { class: 'rich' }, ...leavesOf(e)),
  rich_text_quote: (e) => el('blockquote', {}, ...leavesOf(e)),
  rich_text_preformatted: (e) => el('pre', { class: 'code' }, ...leavesOf(e)),
  rich_text_list: (e) => el(
    e.style === 'ordered' ? 'ol' : 'ul',
    { class: `rich-list indent-${e.indent ?? 0}`, ...(e.style === 'ordered' && { start: (e.offset ?? 0) + 1 }) },
    ...e.elements.map((section) => el('li', {}, ...leavesOf(section))),
  ),
};

/** leaves has a renderer for each thing that stands in a line. */
export const leaves = {
  text: (e) => el('span', {}, e.text),
  link: (e) => linkTo(e.url, [e.text ?? e.url]),
  user: (e) => mention(`@${nameOf(e.user_id)}`),
  usergroup: (e) => mention(`@${e.usergroup_id}`, { loud: true }),
  channel: (e) => mention(`#${channelName(e.channel_id)}`),
  broadcast: (e) => mention(`@${e.range}`, { loud: true }),
  emoji: (e) => el('span', { class: 'emoji', title: `:${e.name}:` }, ofCodes(e.unicode) ?? emoji[e.name] ?? `:${e.name}:`),
  color: (e) => swatch(e.value),
  date: (e) => dated(e.timestamp, e.format, e.url, e.fallback),
};

export const richText = (block) => block.elements.map((e) => parts[e.type](e));

/** typedText is the plain text of a rich text, for a field that one types it into. */
export const typedText = (rich) => (rich?.elements ?? []).map((e) => e.elements.map((l) => l.text ?? '').join('')).join('\n');

function leavesOf(element) {
  return element.elements.map((leaf) => {
    const node = leaves[leaf.type](leaf);
    const style = leaf.style ?? {};
    for (const name of ['bold', 'italic', 'strike', 'underline', 'code', 'highlight']) {
      if (style[name]) node.classList.add(`leaf-${name}`);
    }
    return node;
  });
}

function ofCodes(unicode) {
  const codes = unicode?.split('-').map((hex) => Number.parseInt(hex, 16));
  return codes?.every((c) => c > 0 && c <= 0x10ffff) ? String.fromCodePoint(...codes) : null;
}

function swatch(value) {
  const square = el('span', { class: 'swatch' });
  square.style.backgroundColor = value;
  return el('span', {}, square, value);
}
