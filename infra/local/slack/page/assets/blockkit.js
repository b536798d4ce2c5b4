// Block Kit's blocks: a renderer for each (package blockkit, block.go).

import { el, icon, id } from './dom.js';
import { elements } from './elements.js';
import { markdown } from './markdown.js';
import { mrkdwn, textObject } from './mrkdwn.js';
import { richText } from './richtext.js';

/** blocks has a renderer for each block: from the block and the surface it stands on to a node. */
export const blocks = {
  section,
  actions: (b, surface) => el('div', { class: 'actions' }, ...b.elements.map((e) => element(e, b, surface))),
  context: (b, surface) => el('div', { class: 'context' }, ...b.elements.map((e) => contextElement(e, b, surface))),
  divider: () => el('hr'),
  header: (b) => el('h3', { class: 'header' }, ...textObject(b.text)),
  image,
  input,
  rich_text: (b) => el('div', { class: 'text' }, ...richText(b)),
  alert,
  markdown: (b) => el('div', { class: 'text markdown' }, ...markdown(b.text)),
  table,
};

/** render shows blocks one below the other. */
export function render(all, surface) {
  return all.map((b) => el('div', { class: `block block-${b.type}`, 'data-block': b.block_id }, show(blocks, b, surface)));
}

/** show is what a table's renderer makes of something, or a box that says what it is. */
function show(table, thing, ...rest) {
  if (!Object.hasOwn(table, thing.type)) return unknown(thing);
  return table[thing.type](thing, ...rest);
}

function unknown(thing) {
  return el('details', { class: 'unknown' }, el('summary', {}, `“${thing.type}” is not shown here`), el('pre', {}, JSON.stringify(thing, null, 2)));
}

function element(e, block, surface, label = {}) {
  if (!Object.hasOwn(elements, e.type)) return unknown(e);
  const node = elements[e.type](e, surface.slot(block, e), label);
  for (const n of [node].flat()) n.dataset.action = e.action_id ?? '';
  return node;
}

function section(b, surface) {
  const text = b.text && el('div', { class: 'text', id: id('section') }, ...textObject(b.text));
  return el(
    'div', { class: 'section' },
    el('div', { class: 'section-body' }, text, b.fields && el('div', { class: 'fields' }, ...b.fields.map((f) => el('div', { class: 'text' }, ...textObject(f))))),
    b.accessory && el('div', { class: 'accessory' }, element(b.accessory, b, surface, text ? { 'aria-describedby': text.id } : {})),
  );
}

function contextElement(e, b, surface) {
  return e.type === 'image' ? element(e, b, surface) : el('span', { class: 'text' }, ...textObject(e));
}

function image(b) {
  const title = b.title && el('figcaption', {}, ...textObject(b.title));
  return el('figure', {}, title, elements.image(b));
}

function input(b, surface) {
  const label = id('label');
  const hint = id('hint');
  const wrong = surface.errors[b.block_id];
  const control = element(b.element, b, surface, {
    'aria-labelledby': label, 'aria-describedby': hint, 'aria-invalid': wrong ? 'true' : null, 'aria-required': b.optional ? null : 'true',
  });
  const field = control.querySelector('input, textarea') ?? control;
  return el(
    'div', { class: wrong ? 'input wrong' : 'input' },
    el('span', { class: 'label', id: label, onclick: () => field.focus() }, ...textObject(b.label), b.optional && el('span', { class: 'optional' }, ' (optional)')),
    control,
    el('span', { class: 'hint', id: hint },
      wrong && el('span', { class: 'error', role: 'alert' }, icon('warning'), wrong),
      b.hint && el('span', {}, ...textObject(b.hint))),
  );
}

function alert(b) {
  const level = b.level ?? 'default';
  return el('div', { class: `alert ${level}`, role: 'note' }, icon({ success: 'check', warning: 'warning', error: 'warning' }[level] ?? 'info'),
    el('div', { class: 'text' }, ...(b.text.type === 'mrkdwn' ? mrkdwn(b.text.text) : textObject(b.text))));
}

function table(b) {
  const cell = (c, i, tag) => {
    const set = b.column_settings?.[i] ?? {};
    return el(tag, { class: `align-${set.align ?? 'left'}${set.is_wrapped ? ' wrapped' : ''}` }, ...(c.type === 'raw_text' ? [c.text] : richText(c)));
  };
  return el('div', { class: 'scroll', tabIndex: 0 }, el('table', {},
    ...b.rows.map((row, r) => el('tr', {}, ...row.map((c, i) => cell(c, i, r ? 'td' : 'th'))))));
}
