// What the page says and offers. Before this the generator puts codes, and catalogs: by language, the sentences in the order of codes.

const locale = navigator.languages.find(l => catalogs[l.split('-')[0]]) ?? 'en';
const words = catalogs[locale.split('-')[0]].split('|');
const say = (code, values = {}) => words[codes.indexOf(code)].replace(/{(\w+)}/g, (_, name) => values[name]);

// Each state's sign, the sign's colour and the buttons, the one to press first. What the state "holding" offers changes: see offered.
const states = {
  ready: ['key', '', 'reveal', 'device'],
  device: ['pair', '', 'back'],
  opening: ['key', ''],
  match: ['lock', '', 'slack'],
  away: ['clock', 'warn', 'again'],
  holding: ['key', ''],
  copied: ['check', 'good'],
  hidden: ['lock', '', 'unhide'],
  done: ['check', 'good'],
  gone: ['lock', '', 'new', 'slack'],
  used: ['clock', 'warn', 'list', 'slack'],
  expired: ['clock', '', 'new', 'slack'],
  void: ['stop', '', 'new', 'slack'],
  unknown: ['stop', '', 'new', 'slack'],
  held: ['lock', 'warn', 'again', 'slack'],
  refused: ['stop', 'warn', 'again', 'slack'],
  incomplete: ['stop', 'warn', 'slack', 'new'],
  broken: ['stop', 'warn', 'list', 'slack'],
  insecure: ['lock', 'warn'],
};

// The signs, as paths in a square of 24.
const signs = {
  key: 'M4 15a4 4 0 1 0 8 0 4 4 0 1 0-8 0M11 12l9-8m-4 4 2 3',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  clock: 'M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0M12 7v5l3.5 2',
  lock: 'M5 11h14v9H5zm3 0V8a4 4 0 0 1 8 0v3',
  stop: 'M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0M12 7v5m0 4v0',
  pair: 'M9 9h11v11H9zM4 15V4h11',
};

const presses = {
  reveal: claim, again: claim, copy: copyPassword, stored: done,
  device: () => show('device'), back: () => show('ready'),
  show: () => unmask(true), hide: () => unmask(false), unhide: () => { stay(); show('holding'); },
  new: () => copyValue('/apppass new'), list: () => copyValue('/apppass list'),
};

// button is one of presses, or a way to Slack. A command's button says what it copies.
function button(name) {
  if (name === 'slack') return make('a', { className: 'button', href: 'slack://open', textContent: say('do.slack') });
  const command = name === 'new' || name === 'list';
  return make('button', { id: 'do-' + name, onclick: presses[name], textContent: command ? `${say('do.copy')}: /apppass ${name}` : say('do.' + name) });
}

function when(at) {
  const then = new Date(at * 1000);
  const today = then.toDateString() === new Date().toDateString();
  return then.toLocaleString(locale, { timeStyle: 'short', dateStyle: today ? undefined : 'medium' });
}
