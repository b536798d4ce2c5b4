// Slack's select menus: a field that filters as one types (ARIA Authoring Practices, Combobox with Listbox Popup).

import { el, icon, id } from './dom.js';
import { close, open, popup, step } from './popup.js';

/**
 * picker is a select menu.
 *
 *   chosen    the choices that stand in it; several lets more than one stand, most says how many
 *   offer     resolves a query to groups, [{label, options: [{value, label, description}]}], or to a sentence why there are none
 *   onpick    hears of all choices after each change
 *   field     properties of the field, as its label
 *   clearable lets one choice be taken back by emptying the field
 */
export function picker({ chosen, several = false, most = Infinity, offer, onpick, field, clearable = false, placeholder = '' }) {
  let options = []; // the nodes of those on show, with their choice
  let active = -1;
  let asked = 0;
  let typed = false;

  const list = popup({ class: 'menu options', role: 'listbox', id: id('options'), 'aria-multiselectable': several ? 'true' : null });
  const input = el('input', {
    type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: false, 'aria-autocomplete': 'list', 'aria-expanded': 'false',
    'aria-controls': list.id, ...field,
    oninput: () => { typed = true; show(); },
    onclick: () => show(),
    onkeydown: keys,
    onkeypress: (event) => { if (event.key === 'Enter') event.preventDefault(); }, // Enter picks; it never submits the form
    onblur: leave,
  });
  const chips = el('span', { class: 'chips' });
  const node = el('div', { class: several ? 'picker several' : 'picker' }, chips, input, icon('chevron'), list);
  node.addEventListener('mousedown', (event) => {
    if (event.target === input || list.contains(event.target)) return;
    event.preventDefault();
    input.focus();
    show();
  });
  settle();
  return node;

  /** settle shows the choices while nothing is typed. */
  function settle() {
    typed = false;
    input.value = several ? '' : (chosen[0]?.label ?? '');
    input.placeholder = several && chosen.length ? '' : placeholder;
    chips.replaceChildren(...(several ? chosen.map(chip) : []));
  }

  function chip(choice) {
    const drop = () => pick(chosen.filter((c) => c.value !== choice.value));
    return el('span', { class: 'chip' }, choice.label,
      el('button', { type: 'button', class: 'plain', 'aria-label': `Remove ${choice.label}`, onclick: drop }, icon('close')));
  }

  async function show() {
    const turn = ++asked;
    if (!list.matches(':popover-open')) {
      list.replaceChildren(el('p', { class: 'none' }, 'Loading…'));
      open(list, node, hide);
      input.setAttribute('aria-expanded', 'true');
    }
    const offered = await offer(typed ? input.value : '');
    if (turn !== asked) return;
    fill(offered);
  }

  function fill(offered) {
    options = [];
    const groups = typeof offered === 'string' ? [] : offered.filter((g) => g.options.length);
    list.replaceChildren(...groups.map((group) => el(
      'div', { role: 'group', 'aria-label': group.label || null },
      group.label && el('p', { class: 'group', 'aria-hidden': 'true' }, group.label),
      ...group.options.map(entry),
    )));
    if (!options.length) list.replaceChildren(el('p', { class: 'none' }, typeof offered === 'string' ? offered : 'No results'));
    const first = options.findIndex((o) => isChosen(o.choice));
    activate(typed ? Math.min(0, options.length - 1) : first);
  }

  function entry(choice) {
    const option = el(
      'div',
      {
        role: 'option', id: id('option'), class: 'entry', 'aria-selected': String(isChosen(choice)),
        onmousedown: (event) => event.preventDefault(),
        onclick: () => toggle(choice),
      },
      el('span', {}, choice.label, choice.description && el('span', { class: 'description' }, choice.description)),
      isChosen(choice) && icon('check'),
    );
    options.push({ choice, option });
    return option;
  }

  function isChosen(choice) {
    return chosen.some((c) => c.value === choice.value);
  }

  function activate(index) {
    options[active]?.option.classList.remove('active');
    active = index;
    options[active]?.option.classList.add('active');
    options[active]?.option.scrollIntoView({ block: 'nearest' });
    if (options[active]) input.setAttribute('aria-activedescendant', options[active].option.id);
    else input.removeAttribute('aria-activedescendant');
  }

  function toggle(choice) {
    if (!several) {
      hide();
      pick([choice]);
    } else if (isChosen(choice)) pick(chosen.filter((c) => c.value !== choice.value));
    else if (chosen.length < most) pick([...chosen, choice]);
    if (several && list.matches(':popover-open')) show();
  }

  function pick(next) {
    const same = next.length === chosen.length && next.every((c, i) => c.value === chosen[i].value);
    chosen = next;
    settle();
    if (!same) onpick(chosen, node);
  }

  function hide() {
    asked++;
    close(list);
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function leave() {
    hide();
    if (!several && clearable && typed && input.value === '') pick([]);
    else settle();
  }

  function keys(event) {
    const isOpen = list.matches(':popover-open');
    if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      hide();
      settle();
    } else if (event.key === 'Enter' && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      if (!isOpen) show();
      else if (options[active]) toggle(options[active].choice);
    } else if (event.key === 'Backspace' && several && input.value === '' && chosen.length) {
      pick(chosen.slice(0, -1));
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) show();
      else activate(step(event.key, active, options.length) ?? -1);
    }
  }
}
