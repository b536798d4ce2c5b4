// Block Kit's elements: a renderer for each (package blockkit, element.go). A renderer takes the element and its slot
// (surface.js), and the properties that make its label known to screen readers.

import { act, trouble } from './api.js';
import { el, icon, id } from './dom.js';
import { menuButton } from './menu.js';
import { textObject } from './mrkdwn.js';
import { picker } from './picker.js';
import { bot, channels, general, store } from './store.js';
import { instant, localTime } from './time.js';

const several = { several: true };

export const elements = {
  button,
  overflow,
  image,
  checkboxes: (e, slot, label) => boxes('checkbox', e, slot, label),
  radio_buttons: (e, slot, label) => boxes('radio', e, slot, label),
  static_select: (e, slot, label) => select(e, slot, label, (q) => filtered(groupsOf(e), q)),
  external_select: (e, slot, label) => select(e, slot, label, suggested(e, slot)),
  users_select: (e, slot, label) => select(e, slot, label, (q) => filtered(people(), q)),
  channels_select: (e, slot, label) => select(e, slot, label, (q) => filtered(conversations(['public']), q)),
  conversations_select: (e, slot, label) => select(e, slot, label, (q) => filtered(conversations(e.filter?.include), q)),
  multi_static_select: (e, slot, label) => select(e, slot, label, (q) => filtered(groupsOf(e), q), several),
  multi_external_select: (e, slot, label) => select(e, slot, label, suggested(e, slot), several),
  multi_users_select: (e, slot, label) => select(e, slot, label, (q) => filtered(people(), q), several),
  multi_channels_select: (e, slot, label) => select(e, slot, label, (q) => filtered(conversations(['public']), q), several),
  multi_conversations_select: (e, slot, label) => select(e, slot, label, (q) => filtered(conversations(e.filter?.include), q), several),
  datepicker: (e, slot, label) => dated('date', e, slot, label),
  timepicker: (e, slot, label) => dated('time', e, slot, label),
  datetimepicker: (e, slot, label) => dated('datetime-local', e, slot, label),
  plain_text_input: (e, slot, label) => typed(e, slot, label, e.multiline ? { rows: 3 } : { type: 'text' }),
  email_text_input: (e, slot, label) => typed(e, slot, label, { type: 'text', inputMode: 'email', autocapitalize: 'off' }),
  url_text_input: (e, slot, label) => typed(e, slot, label, { type: 'text', inputMode: 'url', autocapitalize: 'off' }),
  number_input: (e, slot, label) => typed(e, slot, label, { type: 'text', inputMode: e.is_decimal_allowed ? 'decimal' : 'numeric' }),
  rich_text_input: (e, slot, label) => typed(e, slot, label, { rows: 4 }),
};

function button(e, slot, label) {
  const node = el(
    'button',
    {
      type: 'button', class: `button ${e.style ?? ''}`, ...label, 'aria-label': e.accessibility_label,
      title: e.url ? `Opens ${hostOf(e.url)}` : null,
      onclick: () => slot.report({}, node),
    },
    el('span', {}, ...textObject(e.text)),
  );
  return node;
}

const hostOf = (url) => (URL.canParse(url) ? new URL(url).host : 'a link');

function overflow(e, slot) {
  const items = e.options.map((o) => ({
    label: textObject(o.text), description: o.description && textObject(o.description),
    onpick: (node) => slot.report({ selected_option: o.value }, node),
  }));
  return menuButton({ class: 'button square', 'aria-label': 'More actions' }, icon('dots'), items);
}

function image(e) {
  if (!e.image_url) return el('span', { class: 'unknown' }, `File: ${e.alt_text}`);
  const node = el('img', { src: e.image_url, alt: e.alt_text, title: e.alt_text, referrerPolicy: 'no-referrer' });
  node.addEventListener('error', () => node.replaceWith(el('span', { class: 'unknown' }, `Image: ${e.alt_text}`)));
  return node;
}

function boxes(type, e, slot, label) {
  const name = id(type);
  const inputs = e.options.map((o) => el('input', {
    type, name, value: o.value, checked: slot.chosen.some((c) => c.value === o.value), autofocus: e.focus_on_load && o === e.options[0],
    onchange: () => slot.choose(e.options.filter((_, i) => inputs[i].checked).map(choiceOf), node),
  }));
  const node = el('div', { class: 'boxes', role: type === 'radio' ? 'radiogroup' : 'group', ...label }, e.options.map((o, i) => el(
    'label', { class: 'box' }, inputs[i],
    el('span', {}, ...textObject(o.text), o.description && el('span', { class: 'description' }, ...textObject(o.description))),
  )));
  return node;
}

function select(e, slot, label, offer, { several = false } = {}) {
  return picker({
    chosen: slot.chosen, several, most: e.max_selected_items, offer: async (q) => offer(q), clearable: slot.block.optional === true,
    placeholder: e.placeholder?.text ?? (several ? 'Select options' : 'Select an option'),
    onpick: (chosen, node) => slot.choose(chosen, node),
    field: { ...label, autofocus: e.focus_on_load, 'aria-label': label['aria-labelledby'] ? null : (e.placeholder?.text ?? 'Select an option') },
  });
}

const choiceOf = (o) => ({ value: o.value, label: o.text.text, description: o.description?.text });
const groupsOf = (e) => (e.option_groups ?? [{ options: e.options ?? [] }]).map((g) => ({ label: g.label?.text, options: g.options.map(choiceOf) }));
const people = () => [{ options: store.people.filter((p) => !p.deleted).map((p) => ({ value: p.id, label: p.name, description: p.email })).concat({ value: bot, label: 'apppass' }) }];

function conversations(include = ['im', 'mpim', 'private', 'public']) {
  const all = channels().filter((c) => include.includes(c.id === general ? 'public' : 'im'));
  return [{ options: all.map((c) => ({ value: c.id, label: c.id === general ? `# ${c.name}` : c.name })) }];
}

function filtered(groups, query) {
  const sought = query.trim().toLowerCase();
  return groups.map((g) => ({ ...g, options: g.options.filter((o) => o.label.toLowerCase().includes(sought)) }));
}

/** suggested asks the app for options. */
function suggested(e, slot) {
  const least = e.min_query_length ?? 3;
  return async (query) => {
    if ([...query].length < least) return `Type at least ${least} ${least === 1 ? 'character' : 'characters'}`;
    const answer = await act('suggest', { ...slot.at, value: query });
    if (!answer.ok) return trouble(answer);
    return groupsOf(answer.ack?.body?.option_groups ? answer.ack.body : { options: answer.options });
  };
}

/** dated is a date, a time, or both; both are epoch seconds for the app. */
function dated(type, e, slot, label) {
  const both = type === 'datetime-local';
  const value = slot.chosen[0]?.value ?? '';
  const node = el('input', {
    type, class: 'field dated', ...label, autofocus: e.focus_on_load, value: both && value ? localTime(Number(value)) : value,
    'aria-label': label['aria-labelledby'] ? null : (e.placeholder?.text ?? 'Select a date'),
    onchange: () => {
      const next = both && node.value ? String(instant(node.value)) : node.value;
      slot.choose(next ? [{ value: next, label: next }] : [], node);
    },
  });
  return node;
}

/** typed is a text field. It reports while it is typed into only where its block dispatches, at what its config says. */
function typed(e, slot, label, look) {
  const on = e.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed'];
  const dispatches = slot.block.dispatch_action || !slot.input;
  const report = () => slot.report({ value: node.value }, node);
  const left = el('span', { class: 'left', 'aria-hidden': 'true' });
  const count = () => { left.textContent = e.max_length ? String(e.max_length - [...node.value].length) : ''; };
  let waiting;
  const node = el('rows' in look ? 'textarea' : 'input', {
    class: 'field', ...look, ...label, placeholder: e.placeholder?.text ?? '', autofocus: e.focus_on_load, autocomplete: 'off',
    value: slot.chosen[0]?.value ?? '',
    'aria-label': label['aria-labelledby'] ? null : (e.placeholder?.text ?? 'Text'),
    oninput: () => {
      slot.draft(node.value ? [{ value: node.value, label: node.value }] : []);
      count();
      clearTimeout(waiting);
      if (dispatches && on.includes('on_character_entered')) waiting = setTimeout(report, 300);
    },
    onkeydown: (event) => {
      if (event.key !== 'Enter' || event.isComposing || !dispatches || !on.includes('on_enter_pressed') || event.shiftKey) return;
      event.preventDefault();
      report();
    },
  });
  count();
  return el('span', { class: 'typed' }, node, left);
}
