// What opens beside something: a select's options, an overflow menu.

import { el } from './dom.js';

/** popup is a closed popup. */
export const popup = (properties, ...children) => el('div', { popover: 'manual', ...properties, class: `popup ${properties.class ?? ''}` }, ...children);

/** open shows a popup below its anchor, or above where there is more room, and closes it when ondone's cause comes: a press elsewhere. */
export function open(node, anchor, ondone) {
  if (node.matches(':popover-open')) return;
  node.showPopover();
  const follow = () => place(node, anchor);
  const elsewhere = (event) => {
    if (!node.contains(event.target) && !anchor.contains(event.target)) ondone();
  };
  follow();
  document.addEventListener('scroll', follow, true);
  window.addEventListener('resize', follow);
  document.addEventListener('pointerdown', elsewhere, true);
  node.addEventListener('toggle', (event) => {
    if (event.newState !== 'closed') return;
    document.removeEventListener('scroll', follow, true);
    window.removeEventListener('resize', follow);
    document.removeEventListener('pointerdown', elsewhere, true);
  });
}

export function close(node) {
  if (node.matches(':popover-open')) node.hidePopover();
}

function place(node, anchor) {
  const gap = 4;
  const edge = 8;
  const a = anchor.getBoundingClientRect();
  node.style.minWidth = `${Math.min(a.width, innerWidth - 2 * edge)}px`;
  const below = innerHeight - a.bottom - gap - edge;
  const above = a.top - gap - edge;
  const up = node.offsetHeight > below && above > below;
  node.style.maxHeight = `${Math.max(80, Math.min(320, up ? above : below))}px`;
  node.style.top = `${up ? Math.max(edge, a.top - gap - node.offsetHeight) : a.bottom + gap}px`;
  node.style.left = `${Math.max(edge, Math.min(a.left, innerWidth - node.offsetWidth - edge))}px`;
}

/** step is the index after, before, first or last among n, by key; null where the key moves nothing. */
export function step(key, index, n) {
  if (n === 0) return null;
  switch (key) {
    case 'ArrowDown': return (index + 1) % n;
    case 'ArrowUp': return (index + n - (index < 0 ? 0 : 1)) % n;
    case 'Home': return 0;
    case 'End': return n - 1;
    default: return null;
  }
}
