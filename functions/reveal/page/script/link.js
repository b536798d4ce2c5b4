// What stands in a link, and what is derived from its key, as package link has it.

// mend finds F in an address, also where a line was wrapped, a sentence's end stuck to it, or # became %23 and F a part of the path or
// the query. Then it has reached a server, and is called mangled. null: there is no trace of an F. Whether it is whole is read's to say.
function mend(request, hash) {
  const sent = /%(?:25)*23.*/i.exec(request)?.[0];
  const raw = hash.length > 1 ? hash : sent;
  if (!raw) return null;
  const text = raw.replace(/^(#|%(25)*23)+/i, '').replace(/%(25)*(20|0[9ad])|[\s=]/gi, '');
  return { fragment: /^[\w-]{71}/.exec(text)?.[0] ?? '', mangled: raw === sent };
}

// read takes an F apart, and derives from its key what package link does: {fragment, id, proof, open}. null: it is damaged.
async function read(fragment) {
  if (!/^[\w-]{71}$/.test(fragment)) return null;
  const bytes = decode(fragment);
  const [body, check, id] = [bytes.subarray(0, 49), bytes.subarray(49), bytes.subarray(1, 17)];
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  if (bytes[0] !== 1 || encode(bytes) !== fragment || check.some((b, i) => b !== sum[i])) return null;
  const utf8 = new TextEncoder();
  const key = await crypto.subtle.importKey('raw', body.subarray(17), 'HKDF', false, ['deriveBits']);
  const derive = info => crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: id, info: utf8.encode('apppass/1/' + info) }, key, 256);
  return {
    fragment,
    id: encode(id),
    proof: encode(new Uint8Array(await derive('proof'))),
    async open(sealed, credential) {
      const seal = await crypto.subtle.importKey('raw', await derive('seal'), 'AES-GCM', false, ['decrypt']);
      const additionalData = new Uint8Array([...body.subarray(0, 17), ...utf8.encode(credential)]);
      return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12), additionalData }, seal, decode(sealed)));
    },
  };
}

function encode(bytes) { return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''); }
function decode(text) { return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0)); }
