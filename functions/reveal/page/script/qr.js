// A link as a QR code (ISO/IEC 18004) for another device's camera. It is always of version 8, level M and mask 0: that has room for any
// link at a host of up to 65 characters, and another mask would be a little easier to read, if at all.

const CODE = 152; // bytes that a code has room for
const SIDE = 49;  // modules

// address is the link as it was sent.
function address() { return location.origin + '/r/open#' + link.fragment; }

// qr is the code's modules, in rows: which are dark. The text is of ASCII.
function qr(text) {
  const rows = Array.from({ length: SIDE }, (_, y) => Array.from({ length: SIDE }, (_, x) => fixed(x, y)));
  const sent = codewords([...text].map(c => c.charCodeAt(0)));
  // The data fills pairs of columns from the right, upwards and downwards by turns; the timing's column is of no pair.
  for (let i = 0, pair = 0; pair < 24; pair++) {
    const right = SIDE - 1 - 2 * pair - (pair > 20);
    for (let step = 0; step < SIDE; step++) {
      const y = pair % 2 ? step : SIDE - 1 - step;
      for (const x of [right, right - 1]) rows[y][x] ??= (sent[i >> 3] >> (~i++ & 7) & 1) === (x + y) % 2;
    }
  }
  return rows;
}

// fixed is a module that all codes of this kind have alike; undefined: it is the data's.
function fixed(x, y) {
  const ring = (cx, cy) => Math.max(Math.abs(x - cx), Math.abs(y - cy));
  for (const [cx, cy] of [[3, 3], [45, 3], [3, 45]]) if (ring(cx, cy) < 5) return ring(cx, cy) !== 2 && ring(cx, cy) !== 4;
  for (const [cx, cy] of [[24, 6], [6, 24], [24, 24], [42, 24], [24, 42], [42, 42]]) if (ring(cx, cy) < 3) return ring(cx, cy) !== 1;
  if (x === 6 || y === 6) return (x + y) % 2 === 0;
  const bit = (word, i) => (word >> i & 1) === 1;
  if (x < 6 && y > 37) return bit(0x085bc, 3 * x + y - 38);
  if (y < 6 && x > 37) return bit(0x085bc, 3 * y + x - 38);
  if (x === 8 && y === 41) return true;
  if (x === 8 && (y < 9 || y > 41)) return bit(0x5412, y < 9 ? y - (y > 6) : y - 34);
  if (y === 8 && (x < 8 || x > 40)) return bit(0x5412, x < 8 ? 14 - x + (x > 6) : 48 - x);
}

// codewords is the bytes as they are written: with mode, length and padding, in four blocks with 22 check bytes each, woven.
function codewords(bytes) {
  const hex = '4' + [bytes.length, ...bytes].map(b => b.toString(16).padStart(2, '0')).join('') + '0';
  const data = hex.padEnd(308, 'ec11').match(/../g).map(h => parseInt(h, 16));
  const blocks = [data.slice(0, 38), data.slice(38, 76), data.slice(76, 115), data.slice(115)];
  return [blocks, blocks.map(checks)].flatMap(parts => parts[3].flatMap((_, i) => parts.map(p => p[i]))).filter(b => b >= 0);
}

// checks is a block's remainder by the generator (x - 1)(x - 2)…(x - 2^21) over GF(256).
function checks(block) {
  const times = (a, b) => {
    let product = 0;
    for (let i = 7; i >= 0; i--) product = product << 1 ^ (product >> 7) * 0x11d ^ (b >> i & 1) * a;
    return product;
  };
  let divisor = [1];
  for (let i = 0, root = 1; i < 22; i++, root = times(root, 2)) divisor = [...divisor, 0].map((c, j) => c ^ times(divisor[j - 1], root));
  const rest = Array(22).fill(0);
  for (const b of block) {
    const factor = b ^ rest.shift();
    rest.push(0);
    rest.forEach((_, i) => { rest[i] ^= times(divisor[i + 1], factor); });
  }
  return rest;
}

// code is the text drawn, dark on light by day and night, with the quiet zone that cameras need.
function code(text) {
  const d = qr(text).flatMap((row, y) => row.map((dark, x) => dark ? `M${x} ${y}h1v1h-1z` : '')).join('');
  return vector('svg', { viewBox: '-4 -4 57 57', role: 'img', 'aria-label': 'QR', 'shape-rendering': 'crispEdges' }, vector('path', { d }));
}
