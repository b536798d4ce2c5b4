// Nodes are made here and nowhere else: from names, properties and text, never from HTML.

const svg = 'http://www.w3.org/2000/svg';

/**
 * el makes an element. Properties that begin with "on" are listeners, those that an element has are set, all others become
 * attributes: true is an empty one, false, null and undefined are none. Children are nodes and texts; null and false are skipped.
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'class') node.className = value;
    else if (name in node && !name.startsWith('aria') && name !== 'popover') node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/** patch makes the children of a node these, and touches none that stands where it should: focus and scroll stay. */
export function patch(node, children) {
  const wanted = new Set(children);
  for (const child of [...node.childNodes]) if (!wanted.has(child)) child.remove();
  children.forEach((child, i) => {
    if (node.childNodes[i] !== child) node.insertBefore(child, node.childNodes[i] ?? null);
  });
}

const paths = {
  chevron: 'M5 8l5 5 5-5',
  close: 'M5 5l10 10M15 5L5 15',
  back: 'M12 4l-6 6 6 6',
  dots: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  eye: 'M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10zM10 12.2a2.2 2.2 0 100-4.4 2.2 2.2 0 000 4.4z',
  send: 'M4 16l13-6L4 4l1.5 5H11M5.5 11L4 16',
  hash: 'M8 3L6.5 17M13.500 3L12 17M3.500 7.500h14M2.500 12.500h14',
  slash: 'M7 15l6-10M3 3h14v14H3z',
  bell: 'M5 14V9a5 5 0 0110 0v5l1.500 1.500h-13zM8.500 17.500h3',
  warning: 'M10 3l8 14H2zM10 8v4M10 14.500v.01',
  info: 'M10 18a8 8 0 100-16 8 8 0 000 16zM10 9v5M10 6.200v.01',
  check: 'M4 10.500l4 4 8-9',
  gauge: 'M3 15a8 8 0 1114 0M10 12l4-4',
  clock: 'M10 18a8 8 0 100-16 8 8 0 000 16zM10 5.500V10l3 2',
  lock: 'M5 9h10v8H5zM7 9V6.500a3 3 0 016 0V9',
};

/** icon is a drawing of 20 × 20 in the colour of the text; it says nothing to a screen reader. */
export function icon(name) {
  const node = document.createElementNS(svg, 'svg');
  node.setAttribute('viewBox', '0 0 20 20');
  node.setAttribute('class', `icon icon-${name}`);
  node.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', paths[name]);
  node.append(path);
  return node;
}

let made = 0;

/** id is an id that no other element of the page has. */
export const id = (name) => `${name}-${++made}`;
