// The password on the page: masked, shown, copied, hidden by itself, forgotten.

let unmasked = false;
let deadline = 0; // epoch ms: when the password is hidden; once hidden, when it is forgotten

// wipe takes the password out of the page.
function wipe() {
  turn++;
  password = '';
  unmasked = false;
  $('save').open = $('spell').open = false;
  fillSecrets();
}

// stay puts off the time at which the password is hidden.
function stay() {
  deadline = Date.now() + 2 * MINUTE;
  report('');
  tick();
}

function tick() {
  if (!password) return;
  const left = Math.ceil((deadline - Date.now()) / 1000);
  if (state === 'hidden') {
    if (left <= 0) { wipe(); show('gone'); }
    return;
  }
  if ($('left').value > 20 && left <= 20) report(say('soon'), 'warn');
  $('left').value = left;
  if (left > 0) return;
  unmasked = $('save').open = false;
  deadline = Date.now() + 10 * MINUTE;
  show('hidden');
}

function unmask(yes) {
  if (!password || unmasked === yes) return;
  unmasked = yes;
  if (yes) stay();
  fillSecrets();
  draw();
}

// peek shows the password while its place is held down.
function peek(e) {
  if (unmasked) return;
  unmask(true);
  $('password').setPointerCapture(e.pointerId);
  $('password').addEventListener('lostpointercapture', () => unmask(false), { once: true });
}

// copyPassword asks for the clipboard at once: a browser that sees an await between a press and its copying refuses.
async function copyPassword() {
  const mine = turn;
  const copying = write(password);
  stay();
  const copied = await copying;
  if (mine !== turn) return;
  if (copied) {
    show('copied');
    reportCopied(say('password'));
    return;
  }
  unmask(true);
  getSelection().selectAllChildren($('password'));
  report(say('by hand', { value: /Mac|iP/.test(navigator.platform) ? '⌘C' : 'Ctrl+C' }), 'warn');
}

async function copyValue(value, name = value) {
  if (await write(value)) reportCopied(name);
  else report(say('by hand', { value }), 'warn');
}

function reportCopied(name) { report(`${say('copied').split('\n')[0]}: ${name}`); }

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// save hands the fields to the browser's own manager where it has a way to; others notice that a form was sent and is gone.
function save(e) {
  e.preventDefault();
  if (globalThis.PasswordCredential) {
    navigator.credentials.store(new PasswordCredential({ id: account.login, name: account.application, password })).catch(() => {});
  }
  $('save').open = false;
  fillSecrets();
  report(say('saved'));
}

function fillSecrets() {
  $('password').className = unmasked ? '' : 'masked';
  $('password').replaceChildren(...(password.match(/[^-]+-?/g) ?? []).flatMap(group => [make('span', {}, ...group.split('').map(character)), make('wbr')]));
  $('spell').lastChild.textContent = unmasked ? [...password].map(spelled).join(', ') : '';
  const [user, secret] = $('save').querySelectorAll('input');
  const saving = password && $('save').open;
  user.value = saving ? account.login : '';
  secret.value = saving ? password : '';
}

// character is one character of the password: a digit is bold, a mark is underlined.
function character(c) {
  if (c === '-') return make('i', { textContent: c });
  if (!unmasked) return make('i', { textContent: '•', ariaHidden: 'true' });
  return /\d/.test(c) ? make('b', { textContent: c }) : /[._=]/.test(c) ? make('u', { textContent: c }) : c;
}

// spelled is one character of the password as it is read aloud: "capital X", "k", "seven".
function spelled(c) {
  if (/[A-Z]/.test(c)) return say('capital', { letter: c });
  return say('characters').split(', ')['-._=23456789'.indexOf(c)] ?? c;
}
