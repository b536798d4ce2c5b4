// The composer: where one types, with the commands that fit so far (ARIA Authoring Practices, Combobox with Listbox Popup).

import { first, offered } from './commands.js';
import { el, icon, id } from './dom.js';
import { step } from './popup.js';

const lineHeight = 22;
const mostLines = 8;

/** composer returns its node, with focus(), and shape({name, offer, frozen}) for the conversation that it writes to. */
export function composer(onsend) {
  let options = [];
  let active = -1;
  let last = '';
  let shifted = false;
  let offer = false;

  const list = el('div', { class: 'commands', role: 'listbox', id: id('commands'), 'aria-label': 'Commands', hidden: true });
  const field = el('textarea', {
    rows: 1, id: 'composer', role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id,
    'aria-describedby': 'composer-hint', autocomplete: 'off', spellcheck: false, oninput: refresh, onkeydown: keys, onbeforeinput: enter, onblur: () => { list.hidden = true; },
    onfocus: refresh,
  });
  const hint = el('p', { class: 'hint-line', id: 'composer-hint' });
  const slash = el('button', { type: 'button', class: 'plain', 'aria-label': 'Commands', title: 'Commands', onclick: () => { write('/'); } }, icon('slash'));
  const send = el('button', { type: 'submit', class: 'send', 'aria-label': 'Send', title: 'Send' }, icon('send'));
  const node = el(
    'form', { class: 'composer', onsubmit: (event) => { event.preventDefault(); submit(); } },
    list, el('div', { class: 'frame' }, field, el('div', { class: 'tools' }, slash, send)), hint,
  );
  return Object.assign(node, { focus: () => field.focus(), shape });

  function shape({ name, offers, frozen }) {
    offer = offers;
    field.disabled = frozen;
    field.setAttribute('aria-label', `Message ${name}`);
    field.placeholder = frozen ? 'This person is deactivated' : offers ? first : `Message ${name}`;
    refresh();
  }

  function write(text) {
    field.value = text;
    field.focus();
    refresh();
  }

  function refresh() {
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, lineHeight * mostLines)}px`;
    send.disabled = field.disabled || field.value.trim() === '';
    const fitting = offered(field.value);
    const exact = fitting.length === 1 && field.value.toLowerCase().startsWith(fitting[0].text);
    list.hidden = fitting.length === 0 || exact || document.activeElement !== field;
    field.setAttribute('aria-expanded', String(!list.hidden));
    options = list.hidden ? [] : fitting.map(option);
    list.replaceChildren(...options.map((o) => o.node));
    activate(-1);
    hint.replaceChildren(...hintFor(exact ? fitting[0] : null));
  }

  function option(command) {
    const node = el(
      'div', {
        class: 'entry', role: 'option', id: id('command'), 'aria-selected': 'false',
        onmousedown: (event) => { event.preventDefault(); take(command); },
      },
      el('span', {}, el('strong', {}, command.text), command.takes && el('span', { class: 'takes' }, ` [${command.takes}]`)),
      el('span', { class: 'description' }, command.says),
    );
    return { node, command };
  }

  /** hintFor is the line below: what the command takes, or what can be done here. */
  function hintFor(command) {
    if (command) return [el('strong', {}, command.text), command.takes ? ` [${command.takes}] ` : ' ', `– ${command.says}`];
    if (field.value !== '') return [el('kbd', {}, 'Enter'), ' sends, ', el('kbd', {}, 'Shift Enter'), ' begins a new line'];
    if (offer) return [el('kbd', {}, 'Tab'), ` takes ${first}, `, el('kbd', {}, '/'), ' shows every command'];
    return ['Type ', el('kbd', {}, '/'), ' for commands'];
  }

  function activate(index) {
    options[active]?.node.setAttribute('aria-selected', 'false');
    active = index;
    options[active]?.node.setAttribute('aria-selected', 'true');
    if (options[active]) field.setAttribute('aria-activedescendant', options[active].node.id);
    else field.removeAttribute('aria-activedescendant');
  }

  function take(command) {
    write(command.takes ? `${command.text} ` : command.text);
  }

  function keys(event) {
    const { key, shiftKey } = event;
    shifted = shiftKey;
    if (key === 'Tab' && !shiftKey && field.value === '' && offer) {
      event.preventDefault();
      write(first);
    } else if (key === 'Tab' && !shiftKey && options.length) {
      event.preventDefault();
      take((options[active] ?? options[0]).command);
    } else if (key === 'Escape' && options.length) {
      event.stopPropagation();
      list.hidden = true;
      options = [];
      activate(-1);
      field.setAttribute('aria-expanded', 'false');
    } else if (key === 'ArrowUp' && field.value === '' && last) {
      event.preventDefault();
      write(last);
    } else if (options.length && (key === 'ArrowUp' || key === 'ArrowDown')) {
      event.preventDefault();
      activate(step(key, active, options.length));
    }
  }

  /** enter sends instead of breaking the line. Keyboards on screens tell of the break only, not of the key. */
  function enter(event) {
    if (event.inputType !== 'insertLineBreak' || shifted) return;
    event.preventDefault();
    if (options[active]) take(options[active].command);
    else submit();
  }

  function submit() {
    const text = field.value.trim();
    if (!text || field.disabled) return;
    last = text;
    write('');
    onsend(text);
  }
}

