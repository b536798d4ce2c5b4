// What all parts of the page know: who is played, where they look, who there is, and what time it is in the stack.

export const bot = 'UAPPPASS';
export const general = 'CGENERAL';

/** store is changed by client.js alone. tab is "messages" or "home". */
export const store = { person: 'UALICE', channel: 'DALICE', tab: 'messages', people: [], ahead: 0 };

/** direct is a person's direct messages with the app: the same letters. */
export const direct = (person) => `D${person.slice(1)}`;

/** now is the stack's present in milliseconds. */
export const now = () => Date.now() + store.ahead;

export const personOf = (id) => store.people.find((p) => p.id === id);

/** me is who is played; before the first answer, someone without a name. */
export const me = () => personOf(store.person) ?? { id: store.person, name: '', tz: 'UTC', locale: 'en-US' };

export function nameOf(id) {
  if (id === bot) return 'apppass';
  if (id === 'USLACKBOT') return 'Slackbot';
  return personOf(id)?.name ?? id;
}

/** channels is the conversations that the person sees, as {id, name}. */
export const channels = () => [{ id: general, name: 'general' }, { id: direct(store.person), name: 'apppass' }];

export const channelName = (id) => channels().find((c) => c.id === id)?.name ?? id;
