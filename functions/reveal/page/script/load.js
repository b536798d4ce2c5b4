// What happens when the page is loaded, and what it listens to from then on.

document.documentElement.lang = locale;
for (const e of document.querySelectorAll('[data-say]')) e.textContent = say(e.dataset.say);
const [before, after] = say('host', { host: '|' }).split('|');
$('host').append(before, make('b', { textContent: location.host, translate: false }), after);
$('password').ariaLabel = say('password');
$('left').ariaLabel = say('left');

$('keep').onclick = stay;
$('password').onpointerdown = peek;
$('save').ontoggle = fillSecrets;
$('save').querySelector('form').onsubmit = save;
addEventListener('hashchange', () => { wipe(); start(); });
addEventListener('pagehide', wipe);
addEventListener('pageshow', e => { if (e.persisted) start(); });
addEventListener('beforeprint', () => unmask(false));
document.addEventListener('visibilitychange', () => { if (document.hidden) unmask(false); else tick(); });
document.addEventListener('keydown', e => { if (e.key === 'Escape') unmask(false); });
setInterval(tick, 1000);
start();
