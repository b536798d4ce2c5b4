// Times as Slack writes them: in the time zone and the language of the person who is played.

import { me, now } from './store.js';

const day = 86_400_000;

function format(ms, options) {
  const { locale, tz } = me();
  return new Intl.DateTimeFormat(locale || 'en-US', { timeZone: tz || 'UTC', ...options }).format(ms);
}

export const clockTime = (ms) => format(ms, { hour: 'numeric', minute: '2-digit' });
export const fullTime = (ms) => format(ms, { dateStyle: 'full', timeStyle: 'medium' });

/** dayOf tells days apart: the date in the person's zone, as YYYY-MM-DD. */
export function dayOf(ms) {
  return new Intl.DateTimeFormat('en-CA', { timeZone: me().tz || 'UTC', dateStyle: 'short' }).format(ms);
}

const month = { long: { month: 'long', day: 'numeric' }, short: { month: 'short', day: 'numeric' } };

function year(ms) {
  return dayOf(ms).slice(0, 4) === dayOf(now()).slice(0, 4) ? {} : { year: 'numeric' };
}

/** pretty is yesterday, today or tomorrow, where it is one of these, else the date. */
function pretty(ms, date) {
  for (const [name, at] of [['yesterday', now() - day], ['today', now()], ['tomorrow', now() + day]]) {
    if (dayOf(ms) === dayOf(at)) return name;
  }
  return date;
}

export function dayTitle(ms) {
  const name = pretty(ms, format(ms, { weekday: 'long', ...month.long, ...year(ms) }));
  return name[0].toUpperCase() + name.slice(1);
}

function ago(ms) {
  const seconds = Math.round((ms - now()) / 1000);
  const relative = new Intl.RelativeTimeFormat(me().locale || 'en-US', { numeric: 'auto' });
  for (const [unit, size] of [['day', 86_400], ['hour', 3600], ['minute', 60]]) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(seconds, 'second');
}

// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const tokens = {
  date_num: (ms) => dayOf(ms),
  date_slash: (ms) => format(ms, { year: 'numeric', month: '2-digit', day: '2-digit' }),
  date: (ms) => format(ms, { ...month.long, year: 'numeric' }),
  date_short: (ms) => format(ms, { ...month.short, year: 'numeric' }),
  date_long: (ms) => format(ms, { weekday: 'long', ...month.long, year: 'numeric' }),
  date_pretty: (ms) => pretty(ms, tokens.date(ms)),
  date_short_pretty: (ms) => pretty(ms, tokens.date_short(ms)),
  date_long_pretty: (ms) => pretty(ms, tokens.date_long(ms)),
  date_long_full: (ms) => tokens.date_long(ms),
  day_divider_pretty: (ms) => dayTitle(ms),
  time: clockTime,
  time_secs: (ms) => format(ms, { hour: 'numeric', minute: '2-digit', second: '2-digit' }),
  ago,
};

/** dateToken fills a date's format, "{date_short} at {time}"; null where it has a token that there is not. */
export function dateToken(seconds, text) {
  let known = true;
  const filled = text.replace(/\{(\w+)\}/g, (_, name) => {
    known &&= name in tokens;
    return tokens[name]?.(seconds * 1000) ?? '';
  });
  return known && Number.isFinite(seconds) ? filled : null;
}

/** localTime is an instant in epoch seconds as YYYY-MM-DDTHH:mm in the person's zone; instant is its inverse. */
export function localTime(seconds) {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: me().tz || 'UTC', hour: '2-digit', minute: '2-digit' }).format(seconds * 1000);
  return `${dayOf(seconds * 1000)}T${time}`;
}

export function instant(local) {
  const asUTC = Date.parse(`${local}Z`) / 1000;
  let seconds = asUTC;
  // The zone's offset is known only at an instant: two steps settle it, also beside a change of the clocks.
  for (let i = 0; i < 2; i++) seconds += asUTC - Date.parse(`${localTime(seconds)}Z`) / 1000;
  return seconds;
}
