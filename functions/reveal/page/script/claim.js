// From the link to the password: what is asked of the server, and what a reload needs.

const MINUTE = 60_000;
let turn = 0;      // counts what replaces each other: an answer to an earlier turn is dropped
let link;          // what read returns
let session;       // {fragment, nonce, mangled, until}: what a reload needs; until, in epoch ms, is set by the claim
let password = ''; // in the clear, until wipe
let account;       // the claim's answer says whose and what for

// start looks at the address, then at what a reload has left, and shows what is to be done.
async function start() {
  const mine = ++turn;
  if (!globalThis.crypto?.subtle) return show('insecure');
  const found = mend(location.pathname + location.search, location.hash);
  const kept = remembered();
  const present = found && await read(found.fragment);
  const past = !found && kept && await read(kept.fragment);
  if (mine !== turn) return;
  if (link = present || past) {
    session = kept?.fragment === link.fragment ? kept : { fragment: link.fragment, nonce: encode(crypto.getRandomValues(new Uint8Array(16))), mangled: found.mangled };
    return session === kept ? claim() : show('ready');
  }
  if (!found && history.state) return show(history.state.state, history.state);
  show('incomplete');
}

// claim asks for the password, again and again where the answer is that the owner is asked for the number or that we are away, always as
// the same session. The key leaves the address bar here and not earlier: a link that was opened but not used survives a reload.
async function claim() {
  const mine = ++turn;
  history.replaceState(null, '', '/r/open');
  remember();
  show('opening');
  for (let delay = 2; ; delay = Math.min(2 * delay, 30)) {
    const answer = await post('/r/claim');
    if (mine !== turn) return;
    if (answers[answer.state]) return answers[answer.state](answer);
    const waits = answer.state === 'match' ? 'match' : 'away';
    if (waits === 'match') delay = 1;
    if (state !== waits || $('digits')?.textContent !== answer.digits) show(waits, answer);
    const seconds = Math.min(Math.max(answer.after || 0, delay), 60) + Math.random() / 2;
    await new Promise(wake => setTimeout(wake, seconds * 1000));
    if (mine !== turn) return;
  }
}

// What is done about each state that a claim's answer can have; any other but match is trouble that passes.
const answers = {
  claimed: hold,
  used: end, expired: end, void: end, unknown: end,
  held: a => show(a.state), refused: a => show(a.state),
  invalid: () => end({ state: 'broken' }),
};

function end({ state, at }) {
  forget();
  history.replaceState({ state, at }, '');
  show(state, { at });
}

async function hold(answer) {
  const mine = turn;
  const opened = await link.open(answer.sealed, answer.credential_id).catch(() => '');
  if (mine !== turn) return;
  if (!opened) return end({ state: 'broken' });
  password = opened;
  account = answer.account;
  session.until ??= Date.now() + MINUTE;
  remember();
  setTimeout(() => { if (mine === turn) forget(); }, session.until - Date.now());
  history.replaceState({ state: 'gone' }, '');
  fillAccount();
  stay();
  show('holding');
}

// done is the person's word that the password is stored. It is no longer here; that it is deleted there too needs no waiting for.
function done() {
  post('/r/done');
  wipe();
  end({ state: 'done' });
}

async function post(path) {
  const { id, proof } = link;
  const { nonce, mangled } = session;
  try {
    const r = await fetch(path, {
      method: 'POST', credentials: 'omit', redirect: 'error', keepalive: true, signal: AbortSignal.timeout(20_000),
      headers: { 'Content-Type': 'application/json', 'X-Apppass': 'reveal' },
      body: JSON.stringify({ id, proof, nonce, mangled: mangled || undefined }),
    });
    return { after: Number(r.headers.get('Retry-After')), ...await r.json() };
  } catch {
    return {};
  }
}

// The browser may refuse storage: then a reload loses the password, and nothing else is different.
function storage(use) { try { return use(sessionStorage); } catch { return null; } }
function remember() { storage(s => s.setItem('reveal', JSON.stringify(session))); }
function forget() { storage(s => s.removeItem('reveal')); }
function remembered() {
  const kept = storage(s => JSON.parse(s.getItem('reveal')));
  return kept?.until && Date.now() >= kept.until ? forget() : kept;
}
