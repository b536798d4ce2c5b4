// The page begins here: it follows what the person who is played sees, and gives it to the parts that show it.

import { act, get } from './api.js';
import { conversation } from './conversation.js';
import { hood } from './hood.js';
import { modal } from './modal.js';
import { people, places } from './sidebar.js';
import { bot, channels, direct, general, nameOf, personOf, store } from './store.js';
import { toast } from './toast.js';

const part = (id) => document.getElementById(id);
const showPeople = people(part('people'), play);
const showPlaces = places(part('places'), go);
const talk = conversation(part('conversation'), (tab) => { store.tab = tab; arrive(); });
const dialogs = modal();
hood(part('hood-button'), part('hood'));

let changes = null; // what the person sees
let since = '';
let following = new AbortController();
const read = new Map(); // the latest ts that was seen, by "person channel", and by person

follow(following.signal);
talk.focus();

/** meet begins with the person and the place that the address names, else with the first person there is. */
async function meet(signal) {
  store.people = (await get('people', signal)).people;
  const [id, channel] = location.hash.slice(1).split('/');
  store.person = (personOf(id) ?? store.people[0]).id;
  store.channel = channel === general ? general : direct(store.person);
}

/** follow asks for what is new, for as long as the person is played. */
async function follow(signal) {
  while (!signal.aborted) {
    try {
      if (!store.people.length) await meet(signal);
      const next = await get(`changes?${new URLSearchParams({ person: store.person, since })}`, signal);
      if (signal.aborted) return;
      part('offline').hidden = true;
      take(next);
    } catch (error) {
      if (signal.aborted) return;
      part('offline').hidden = false;
      since = '';
      await new Promise((resume) => setTimeout(resume, 1000));
    }
  }
}

function take(next) {
  const before = changes;
  changes = next;
  since = next.version;
  store.people = next.people;
  store.ahead = Date.parse(next.now) - Date.now();
  if (before) notify(before, next);
  show();
}

function show() {
  if (!changes) return;
  for (const p of store.people) if (!read.has(p.id)) read.set(p.id, changes.latest[p.id] ?? '');
  for (const c of channels()) if (!read.has(key(c.id))) read.set(key(c.id), latest(c.id));
  read.set(store.person, changes.latest[store.person] ?? '');
  if (store.channel === general || store.tab === 'messages') read.set(key(store.channel), latest(store.channel));
  showPeople((id) => (changes.latest[id] ?? '') > read.get(id));
  showPlaces((channel) => changes.messages.filter((m) => m.channel === channel && m.ts > read.get(key(channel)) && m.user !== store.person).length);
  talk.update(changes);
  dialogs.update(changes.views);
  document.title = `${store.channel === general ? '#general' : 'apppass'} – ${nameOf(store.person)} – Local Slack`;
}

const key = (channel) => `${store.person} ${channel}`;
const latest = (channel) => changes.messages.filter((m) => m.channel === channel).at(-1)?.ts ?? '';

/** notify tells of direct messages where Slack would: if they are not in sight. Ephemeral ones never are told of. */
function notify(before, next) {
  const known = new Set(before.messages.map((m) => m.ts));
  const inSight = store.channel === direct(store.person) && store.tab === 'messages' && next.views.length === 0 && !document.hidden;
  for (const m of next.messages) {
    if (known.has(m.ts) || m.user !== bot || m.ephemeral || m.channel !== direct(store.person) || inSight) continue;
    toast({ title: 'apppass', text: m.text, onopen: () => go(m.channel) });
  }
}

/** play makes the person the one who is played, at their direct messages with the app. */
function play(person) {
  following.abort();
  following = new AbortController();
  Object.assign(store, { person, channel: store.channel === general ? general : direct(person), tab: 'messages' });
  changes = null;
  since = '';
  history.replaceState(null, '', `#${person}/${store.channel}`);
  follow(following.signal);
  talk.focus();
}

function go(channel) {
  Object.assign(store, { channel, tab: 'messages' });
  arrive();
  talk.focus();
}

// A link of the app's leads to its home tab.
addEventListener('home', () => {
  Object.assign(store, { channel: direct(store.person), tab: 'home' });
  arrive();
});

/** arrive shows where the person looks now, and tells the app if that is its home. */
function arrive() {
  history.replaceState(null, '', `#${store.person}/${store.channel}`);
  show();
  if (store.channel !== general && store.tab === 'home') act('home', {});
}
