// Standard Markdown as the "markdown" block takes it (https://docs.slack.dev/reference/block-kit/blocks/markdown-block/):
// headings, lists, quotes, code, rules, emphasis and links.

import { el } from './dom.js';
import { linkTo } from './mrkdwn.js';

export function markdown(text) {
  const nodes = [];
  const lines = text.split('\n');
  while (lines.length) nodes.push(...block(lines));
  return nodes;
}

/** block takes the lines of one block off the front and shows it. */
function block(lines) {
  const line = lines[0];
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (line.startsWith('```')) {
    lines.shift();
    const code = while_(lines, (l) => !l.startsWith('```'));
    lines.shift();
    return [el('pre', { class: 'code' }, code.join('\n'))];
  }
  if (heading) return [el(`h${Math.min(6, heading[1].length + 2)}`, {}, ...inline((lines.shift(), heading[2])))];
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return [(lines.shift(), el('hr'))];
  if (/^>/.test(line)) {
    const quote = while_(lines, (l) => l.startsWith('>')).map((l) => l.replace(/^> ?/, ''));
    return [el('blockquote', {}, ...markdown(quote.join('\n')))];
  }
  for (const [tag, mark] of [['ul', /^\s*[-*+]\s+/], ['ol', /^\s*\d+[.)]\s+/]]) {
    if (mark.test(line)) return [el(tag, {}, ...while_(lines, (l) => mark.test(l)).map((l) => el('li', {}, ...inline(l.replace(mark, '')))))];
  }
  if (line.trim() === '') return (lines.shift(), []);
  const first = lines.shift();
  const rest = while_(lines, (l) => l.trim() !== '' && !/^(#{1,6}\s|>|```|\s*[-*+]\s|\s*\d+[.)]\s)/.test(l));
  return [el('p', {}, ...[first, ...rest].flatMap((l, i) => (i ? [el('br'), ...inline(l)] : inline(l))))];
}

/** while_ takes lines off the front as long as they fit. */
function while_(lines, fits) {
  const taken = [];
  while (lines.length && fits(lines[0])) taken.push(lines.shift());
  return taken;
}

const marks = [
  [/`([^`]+)`/, (m) => el('code', {}, m[1])],
  [/\[([^\]]+)\]\(([^)\s]+)\)/, (m) => linkTo(m[2], inline(m[1]))],
  [/\*\*(?=\S)(.+?)\*\*/, (m) => el('strong', {}, ...inline(m[1]))],
  [/~~(?=\S)(.+?)~~/, (m) => el('s', {}, ...inline(m[1]))],
  [/\*(?=\S)([^*]+)\*/, (m) => el('em', {}, ...inline(m[1]))],
  [/(?<![\p{L}\p{N}])_(?=\S)([^_]+)_(?![\p{L}\p{N}])/u, (m) => el('em', {}, ...inline(m[1]))],
];

function inline(text) {
  let first;
  for (const [at, show] of marks) {
    const m = at.exec(text);
    if (m && (!first || m.index < first.m.index)) first = { m, show };
  }
  if (!first) return text ? [text] : [];
  const { m, show } = first;
  return [...inline(text.slice(0, m.index)), show(m), ...inline(text.slice(m.index + m[0].length))];
}
