// How the page is drawn: one state at a time.

const $ = id => document.getElementById(id);
let state; // a key of states

// show changes the state. more has what its sentences need: at, when it came to be, in epoch seconds, or the digits to be tapped.
function show(next, { at, digits } = {}) {
  const first = !state;
  state = $('card').dataset.state = next;
  const values = { application: account?.application, time: at && when(at) };
  const [title, why] = say(state, values).split('\n');
  $('title').textContent = title;
  if (digits) $('title').append(make('b', { id: 'digits', textContent: digits }));
  $('why').textContent = (at ? say('time', values) + ' ' : '') + why;
  const [sign, colour] = states[state];
  $('sign').className = colour;
  $('sign').replaceChildren(icon(sign));
  report('');
  fillSecrets();
  draw();
  $('card').hidden = false;
  if (!first && state !== 'copied') $('title').focus();
}

function draw() {
  const held = state === 'holding' || state === 'copied';
  $('secret').hidden = $('unprinted').hidden = $('save').hidden = !held;
  $('spell').hidden = !unmasked;
  $('next').hidden = !account || !(held || state === 'hidden' || state === 'done');
  $('label').hidden = $('next').hidden || !account.label;
  $('code').hidden = state !== 'device';
  $('code').replaceChildren(...state === 'device' ? [code(address())] : []);
  const focused = document.activeElement?.id ?? '';
  $('actions').replaceChildren(...offered().map(button));
  $('actions').hidden = !$('actions').firstChild;
  if (focused.startsWith('do-')) ($(focused) ?? $({ 'do-show': 'do-hide', 'do-hide': 'do-show' }[focused]) ?? $('title')).focus();
}

function offered() {
  const show = unmasked ? 'hide' : 'show';
  if (state === 'copied') return ['stored', 'copy', show];
  if (state === 'holding') return unmasked ? ['copy', show, 'stored'] : ['copy', show];
  return states[state].slice(2).filter(name => name !== 'device' || address().length <= CODE);
}

function report(text, colour = 'good') {
  $('said').className = colour;
  $('said').textContent = text;
}

// fillAccount says what to enter into the application, each value to be copied by itself.
function fillAccount() {
  const { application, label, login, services } = account;
  $('label').firstChild.textContent = label;
  $('next').querySelector('li').textContent = say('open', { application });
  $('account').replaceChildren(make('dl', {}, row(say('login'), login)), ...services.flatMap(s => [
    make('h3', { textContent: s.name }),
    make('dl', {}, ...s.host ? [row(say('server'), s.host)] : [], ...Object.entries(s.ports ?? {}).map(([id, port]) => {
      const protocol = id.toUpperCase();
      const way = /imap|pop3/.test(id) ? 'in' : id === 'smtp' ? 'out' : '';
      return row(way ? say(way, { protocol }) : protocol, String(port), encryption[port]);
    })),
  ]));
}

// What is spoken at the ports that are reserved for it (RFC 8314, RFC 5804).
const encryption = { 993: 'SSL/TLS', 995: 'SSL/TLS', 465: 'SSL/TLS', 143: 'STARTTLS', 110: 'STARTTLS', 587: 'STARTTLS', 4190: 'STARTTLS' };

function row(name, value, note = '') {
  const press = make('button', { ariaLabel: `${say('do.copy')}: ${name} ${value}`, onclick: () => copyValue(value, name) }, value, icon('pair'));
  return make('div', {}, make('dt', {}, name + ' ', make('small', { textContent: note })), make('dd', {}, press));
}

function make(tag, properties = {}, ...children) {
  const e = Object.assign(document.createElement(tag), properties);
  e.append(...children);
  return e;
}

// vector makes an element of SVG, which has attributes only.
function vector(tag, attributes, ...children) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const name in attributes) e.setAttribute(name, attributes[name]);
  e.append(...children);
  return e;
}

function icon(name) { return vector('svg', { viewBox: '0 0 24 24', 'aria-hidden': true }, vector('path', { d: signs[name] })); }
