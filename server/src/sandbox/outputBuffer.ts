/**
 * Collects what a process says, at most `limitBytes` of it: the first half and the last half stay, the middle is cut.
 * Decoded once at the end, so a character is never split where two chunks meet.
 */
export interface OutputBuffer {
  add(chunk: Buffer): void;
  read(): { readonly text: string; readonly isCut: boolean };
}

export function createOutputBuffer(limitBytes: number): OutputBuffer {
  const half = Math.max(1, Math.floor(limitBytes / 2));
  const head: Buffer[] = [];
  const tail: Buffer[] = [];
  let headBytes = 0;
  let tailBytes = 0;
  let cutBytes = 0;

  const dropOldest = (): void => {
    while (tailBytes > half) {
      const [oldest] = tail;
      if (oldest === undefined) return;
      const surplus = Math.min(tailBytes - half, oldest.length);
      if (surplus === oldest.length) tail.shift();
      else tail[0] = oldest.subarray(surplus);
      tailBytes -= surplus;
      cutBytes += surplus;
    }
  };

  return {
    add: (chunk) => {
      const toHead = chunk.subarray(0, Math.max(0, half - headBytes));
      if (toHead.length > 0) {
        head.push(toHead);
        headBytes += toHead.length;
      }
      const rest = chunk.subarray(toHead.length);
      if (rest.length === 0) return;
      tail.push(rest);
      tailBytes += rest.length;
      dropOldest();
    },
    read: () => {
      if (cutBytes === 0) return { text: Buffer.concat([...head, ...tail]).toString('utf8'), isCut: false };
      const first = wholeCharactersAtEnd(Buffer.concat(head)).toString('utf8');
      const last = wholeCharactersAtStart(Buffer.concat(tail)).toString('utf8');
      return { text: `${first}\n[… ${cutBytes} bytes cut …]\n${last}`, isCut: true };
    },
  };
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

// UTF-8 characters have at most four bytes, so a split one shows within the last or first three.
function wholeCharactersAtEnd(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if (byte === undefined || isContinuation(byte)) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

function wholeCharactersAtStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
}
