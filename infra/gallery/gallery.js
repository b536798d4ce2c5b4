// Draws every screen of the page's JSON, a group below the other, its languages side by side.

import { render } from './blockkit.js';
import { el } from './dom.js';
import { textObject } from './mrkdwn.js';
import { Surface } from './surface.js';

const screens = JSON.parse(document.getElementById('screens').textContent);
const all = document.getElementById('all');
const languages = all.dataset.languages.split(' ');
all.style.setProperty('--languages', languages.length);

/** quiet is a surface that tells nobody. */
class Quiet extends Surface {
  slot(block, element) {
    const slot = super.slot(block, element);
    slot.report = () => {};
    return slot;
  }
}

/** initial is what stands in elements when a screen is opened, as Slack's state has it. */
function initial(blocks) {
  const state = {};
  for (const b of blocks) {
    for (const e of b.elements ?? [b.element, b.accessory].filter(Boolean)) {
      const chosen = e.initial_option ? { selected_option: e.initial_option } : e.initial_value && { value: e.initial_value };
      if (chosen) state[b.block_id] = { ...state[b.block_id], [e.action_id]: chosen };
    }
  }
  return state;
}

function screen(name, language, shown) {
  if (!shown) return el('section', { class: 'screen' }, el('h4', {}, `${language}: there is none`));
  const { type, title, submit, close, text, blocks } = shown;
  const kind = blocks ? type ?? 'message' : 'errors';
  const surface = new Quiet(`${name} ${language}`, kind, () => {});
  surface.state = initial(blocks ?? []);
  const ends = [close && el('button', { type: 'button', class: 'button' }, ...textObject(close)), submit && el('button', { type: 'button', class: 'button primary' }, ...textObject(submit))];
  return el(
    'section', { class: 'screen', lang: language },
    el('h4', {}, el('b', {}, language), kind, text && el('i', {}, text)),
    title && el('div', { class: 'title' }, ...textObject(title)),
    ...(blocks ? render(blocks, surface) : Object.entries(shown.errors ?? shown).map(([field, said]) => el('p', { class: 'errors' }, `${field}: ${said}`))),
    (close || submit) && el('div', { class: 'ends' }, ...ends),
  );
}

let group = '';
for (const { Name, Group, In } of screens) {
  if (Group !== group) {
    group = Group;
    all.append(el('h2', { id: group }, group));
    document.getElementById('groups').append(el('a', { href: `#${group}` }, group));
  }
  all.append(el('article', { id: `screen-${Name}` }, el('h3', {}, Name), el('div', { class: 'languages' }, ...languages.map((l) => screen(Name, l, In[l])))));
}
// Nothing is typed here, and a field that takes the focus would scroll the page to itself.
for (const field of all.querySelectorAll('[autofocus]')) field.removeAttribute('autofocus');
if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
