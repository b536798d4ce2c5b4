// What the composer offers while a command is typed. The words are those of the app's own help.

/** commands is what can be typed: takes is what may follow, example one such. */
export const commands = [
  { text: '/apppass new', takes: 'application or label', example: 'Thunderbird', says: 'Make an app password for one program' },
  { text: '/apppass list', says: 'See your app passwords' },
  { text: '/apppass revoke', takes: 'label', says: 'End one at once' },
  { text: '/apppass show', takes: 'label', says: 'See one of them whole' },
  { text: '/apppass rotate', takes: 'label', says: 'A new password for one of them' },
  { text: '/apppass guide', takes: 'application', says: 'Set up a program, step by step' },
  { text: '/apppass doctor', says: "Why a program can't sign in" },
  { text: '/apppass help', says: 'What can be typed' },
];

/** first is what a newcomer is offered. */
export const first = `${commands[0].text} ${commands[0].example}`;

/**
 * offered is the commands that a text may become: all that begin with it, or the one that it begins with.
 */
export function offered(text) {
  if (!text.startsWith('/')) return [];
  const typed = text.toLowerCase();
  const begun = commands.filter((c) => c.text.startsWith(typed.trimEnd()));
  const within = commands.filter((c) => typed.startsWith(`${c.text} `));
  return within.length ? within : begun;
}
