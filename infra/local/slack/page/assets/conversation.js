// The third column: what is said in one place, or the app's home tab, and the composer.

import { act, trouble } from './api.js';
import { render } from './blockkit.js';
import { composer } from './composer.js';
import { el, icon } from './dom.js';
import { avatar, messageList } from './messages.js';
import { bot, general, me, now, store } from './store.js';
import { Surface } from './surface.js';

/** conversation fills the main column; ontab hears that a tab is wanted. It returns update(changes) and focus(). */
export function conversation(column, ontab) {
  const title = el('h1');
  const tabs = el('div', { class: 'tabs', role: 'tablist', 'aria-label': 'apppass' }, tab('home', 'Home'), tab('messages', 'Messages'));
  const home = el('div', { class: 'home', id: 'panel-home', role: 'tabpanel', 'aria-labelledby': 'tab-home', tabIndex: 0 });
  const input = composer(send);
  const notes = []; // what Slackbot says for the client alone, about commands that failed
  let seen = [];
  let list = null;
  let place = '';
  let homeSeen = '';
  let homeSurface = null;
  column.replaceChildren(el('header', { class: 'place' }, title, tabs), home, el('div', { class: 'talk', id: 'panel-messages' }), input);
  const talk = column.querySelector('.talk');
  return { update, focus: () => input.focus() };

  function tab(name, label) {
    return el('button', {
      type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': `panel-${name}`,
      onclick: () => ontab(name),
      onkeydown: (event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        const other = tabs.querySelector(`[role=tab]:not(#tab-${name})`);
        other.focus();
        other.click();
      },
    }, label);
  }

  function update(changes) {
    seen = changes.messages;
    const isDirect = store.channel !== general;
    const isHome = isDirect && store.tab === 'home';
    title.replaceChildren(isDirect ? avatar(bot, 'small') : icon('hash'), isDirect ? 'apppass' : 'general', isDirect ? el('span', { class: 'badge' }, 'APP') : '');
    tabs.hidden = !isDirect;
    for (const t of tabs.children) {
      const chosen = t.id === `tab-${isHome ? 'home' : 'messages'}`;
      t.setAttribute('aria-selected', String(chosen));
      t.tabIndex = chosen ? 0 : -1;
    }
    if (place !== `${store.person} ${store.channel}`) {
      place = `${store.person} ${store.channel}`;
      list = messageList();
      talk.replaceChildren(list);
    }
    home.hidden = !isHome;
    talk.hidden = input.hidden = isHome;
    if (isHome) showHome(changes.home);
    input.shape({ name: isDirect ? 'apppass' : '#general', offers: isDirect, frozen: me().deleted === true });
    showMessages();
  }

  function showMessages() {
    const here = [...seen, ...notes.filter((n) => n.person === store.person)].filter((m) => m.channel === store.channel);
    here.sort((a, b) => Number(a.ts) - Number(b.ts));
    list.update(here, beginning());
  }

  function beginning() {
    const known = list.querySelector('.beginning');
    if (known) return known;
    return store.channel === general
      ? el('li', { class: 'beginning' }, el('h2', {}, icon('hash'), 'general'), el('p', {}, 'This is the very beginning of the #general channel. Everyone is here, and so is apppass.'))
      : el('li', { class: 'beginning' }, avatar(bot, 'large'), el('h2', {}, 'apppass'), el('p', {},
        'App passwords for programs that can’t sign in like a browser. Type ', el('code', {}, '/apppass new'), ' to make one, or ', el('code', {}, '/apppass help'), ' to see what there is.'));
  }

  function showHome(view) {
    const shown = JSON.stringify([store.person, view?.id, view?.hash]);
    if (homeSurface && view) homeSurface.state = view.state;
    if (shown === homeSeen) return;
    homeSeen = shown;
    if (!view) {
      homeSurface = null;
      home.replaceChildren(el('div', { class: 'empty' }, avatar(bot, 'large'), el('h2', {}, 'This is a work in progress'), el('p', {}, 'apppass has not published a home tab.')));
      return;
    }
    const draw = () => home.replaceChildren(...render(view.view.blocks, homeSurface));
    homeSurface = new Surface('home', 'home', draw);
    homeSurface.state = view.state;
    draw();
  }

  async function send(text) {
    const { person, channel } = store;
    const answer = await act('type', { text, channel });
    if (answer.ok) return;
    const name = text.split(/\s/, 1)[0];
    const said = answer.error === 'invalid_command'
      ? `${name} is not a valid command. In Slack, all messages that start with the "/" character are interpreted as commands.`
      : `${text.startsWith('/') ? name : 'The message'} failed with the error "${answer.error}". ${trouble(answer)}`;
    notes.push({
      ts: (now() / 1000).toFixed(6), channel, person, user: 'USLACKBOT', text: escaped(said), blocks: [], state: {}, ephemeral: true, edited: false,
    });
    showMessages();
  }
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
