import type { SecretMatch } from './secretScan.ts';

export type ScanText = (text: string) => Promise<readonly SecretMatch[]>;

/** Texts of so many characters, about, are looked at in one go. */
const mostTogether = 128 * 1024;

/**
 * The same scan, for many texts that are asked about at once: they are first looked at as one, because a scan costs far
 * more to begin than to go on. Where `findsAnything` finds nothing in all of them together there is nothing in any of them;
 * else they are halved until the ones remain that must be scanned alone. What it finds in a text it must also find in any
 * text that holds that one between line feeds; for texts of which that is not so, `isWhole` says yes.
 */
export function scanTogether(
  scan: ScanText,
  findsAnything: (text: string) => Promise<boolean>,
  isWhole: (text: string) => boolean,
): ScanText {
  interface Asked {
    readonly text: string;
    readonly answer: (found: readonly SecretMatch[] | Promise<readonly SecretMatch[]>) => void;
    readonly fail: (error: unknown) => void;
  }
  let asked: Asked[] = [];

  return async (text) => {
    if (isWhole(text) || text.length > mostTogether) return await scan(text);
    return await new Promise((answer, fail) => {
      asked.push({ text, answer, fail });
      if (asked.length === 1) setImmediate(flush);
    });
  };

  function flush(): void {
    const all = asked;
    asked = [];
    for (let from = 0; from < all.length;) {
      let to = from;
      for (let length = 0; to < all.length && length < mostTogether; to += 1) length += all[to]?.text.length ?? 0;
      void look(all.slice(from, to));
      from = to;
    }
  }

  async function look(some: readonly Asked[]): Promise<void> {
    const [only] = some;
    if (only === undefined) return;
    if (some.length === 1) {
      only.answer(scan(only.text));
      return;
    }
    try {
      if (await findsAnything(some.map(({ text }) => text).join('\n'))) {
        const middle = Math.ceil(some.length / 2);
        await Promise.all([look(some.slice(0, middle)), look(some.slice(middle))]);
      } else {
        for (const { answer } of some) answer([]);
      }
    } catch (error) {
      for (const { fail } of some) fail(error);
    }
  }
}
