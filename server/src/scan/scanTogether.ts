import type { SecretMatch } from './secretScan.ts';

type ScanText = (text: string) => Promise<readonly SecretMatch[]>;

export interface Scans {
  readonly scan: ScanText;
  /** Whether `scan` finds anything in any of several texts that stand in one, a `between` between them. */
  readonly findsAnything: (text: string) => Promise<boolean>;
  /** Texts that are more than the sum of their lines, and must be scanned alone. */
  readonly isWhole: (text: string) => boolean;
}

interface Asked {
  readonly text: string;
  readonly answer: (found: readonly SecretMatch[] | Promise<readonly SecretMatch[]>) => void;
  readonly fail: (error: unknown) => void;
}

/** No pattern reaches over it: what takes line feeds takes only white space with them. */
const between = '\n\0\n';
/** Texts of so many characters, about, are looked at in one go. */
const mostTogether = 64 * 1024;

/**
 * The same scan, for many texts that are asked about at once: they are first looked at as one, because a scan costs far
 * more to begin than to go on. Where nothing is found in all of them together there is nothing in any of them; else they
 * are halved until the ones remain that must be scanned alone.
 */
export function scanTogether({ scan, findsAnything, isWhole }: Scans): ScanText {
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
      if (await findsAnything(some.map(({ text }) => text).join(between))) {
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
