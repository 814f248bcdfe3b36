/** What the first bytes of a tunnel say about the host they are meant for. */
export type FirstBytes =
  | { readonly kind: 'more' }
  /** `name` is null where none is given, as for an address in numbers. */
  | { readonly kind: 'named'; readonly name: string | null }
  | { readonly kind: 'other' };

const handshake = 0x16;
const clientHello = 1;
const serverName = 0;
const mostBytes = 16 * 1024;

/** Reads the server's name from the beginning of TLS, or the Host of plain HTTP. Never throws on what a command sends. */
export function readFirstBytes(bytes: Buffer): FirstBytes {
  if (bytes.length === 0) return { kind: 'more' };
  try {
    return bytes[0] === handshake ? readClientHello(bytes) : readHttpHead(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Cut in the middle: the rest may still come.
    return bytes.length < mostBytes ? { kind: 'more' } : { kind: 'other' };
  }
}

// RFC 8446: a record of 5 bytes in front, a handshake of 4, then version, random and four lists, each with its length.
function readClientHello(bytes: Buffer): FirstBytes {
  if (bytes.length < 5 + bytes.readUInt16BE(3)) throw new RangeError('the record is not complete');
  if (bytes[5] !== clientHello) return { kind: 'other' };
  let at = 5 + 4 + 2 + 32;
  at += 1 + bytes.readUInt8(at);
  at += 2 + bytes.readUInt16BE(at);
  at += 1 + bytes.readUInt8(at);
  const end = at + 2 + bytes.readUInt16BE(at);
  at += 2;
  while (at + 4 <= end) {
    const type = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    if (type === serverName) {
      const nameLength = bytes.readUInt16BE(at + 7);
      return { kind: 'named', name: bytes.toString('latin1', at + 9, at + 9 + nameLength).toLowerCase() };
    }
    at += 4 + length;
  }
  return { kind: 'named', name: null };
}

function readHttpHead(bytes: Buffer): FirstBytes {
  const text = bytes.toString('latin1');
  if (!/^[A-Z]{1,16}(?: |$)/.test(text.slice(0, 17))) return { kind: 'other' };
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) throw new RangeError('the head is not complete');
  const hosts = [...text.slice(0, end + 2).matchAll(/\r\nhost[ \t]*:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n)/gi)];
  // Two hosts: the proxy and the server might each believe another one.
  if (hosts.length !== 1) return { kind: 'other' };
  return { kind: 'named', name: (hosts[0]?.[1] ?? '').toLowerCase().replace(/:\d+$/, '') };
}
