/** Hints are told apart by their first three characters. */
const gramLength = 3;

/**
 * Finds in one pass which of many short texts may occur in a text, whatever the case of their letters: looking for each
 * on its own takes longer than all patterns together. May name one that does not occur; never leaves one out.
 */
export function hintFinder(hints: readonly string[]): (text: string) => ReadonlySet<string> {
  const isStart = new Uint8Array(0x10000);
  const byGram = new Map<number, string[]>();
  for (const hint of new Set(hints)) {
    const gram = gramOf(folded(hint.charCodeAt(0)), folded(hint.charCodeAt(1)), folded(hint.charCodeAt(2)));
    isStart[gram] = 1;
    byGram.set(gram, [...(byGram.get(gram) ?? []), hint]);
  }
  return (text) => {
    const found = new Set<string>();
    // Bytes are gone through several times as fast as a text. Hints have only letters that are one byte.
    const bytes = Buffer.from(text, 'latin1');
    let second = folded(bytes[0] ?? 0);
    let third = folded(bytes[1] ?? 0);
    for (let next = gramLength - 1; next < bytes.length; next += 1) {
      const first = second;
      second = third;
      third = folded(bytes[next] ?? 0);
      const gram = gramOf(first, second, third);
      if (isStart[gram] !== 1) continue;
      const at = next - gramLength + 1;
      for (const hint of byGram.get(gram) ?? []) if (!found.has(hint) && standsAt(bytes, at, hint)) found.add(hint);
    }
    return found;
  };
}

function gramOf(first: number, second: number, third: number): number {
  return (first * 961 + second * 31 + third) & 0xffff;
}

function standsAt(bytes: Buffer, at: number, hint: string): boolean {
  for (let offset = 0; offset < hint.length; offset += 1) {
    if (folded(bytes[at + offset] ?? 0) !== folded(hint.charCodeAt(offset))) return false;
  }
  return true;
}

/** Letters of both cases become one; so do a few signs, which only costs a pattern tried in vain. */
function folded(code: number): number {
  return code | 0x20;
}
