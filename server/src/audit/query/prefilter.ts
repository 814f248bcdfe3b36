import { exactFields, type EntryFilter } from './entryFilter.ts';

// Passes over lines that cannot fit a filter without taking them apart. Pure. It may let through what does not fit, and
// never passes over what does, whoever wrote the line and however he spelt it.

/** The next place at or after `from` in a block of lines where one that may fit could be; -1 where there is none. */
export type NextHit = (from: number) => number;

/** Looks through one block of lines after another; null where every line must be taken apart. */
export function prefilterFor(filter: EntryFilter): ((block: Buffer) => NextHit) | null {
  for (const field of exactFields) {
    const value = filter[field];
    if (value !== undefined && isPlain(value)) {
      const needles = [Buffer.from(`"${value}"`), ...otherSpellings(value)];
      return (block) => earliest(block, needles);
    }
  }
  if (filter.text === undefined || !isPlain(filter.text) || /^[-+.\de]*$/i.test(filter.text)) return null;
  const sought = filter.text.toLowerCase();
  const others = [...otherSpellings(filter.text), ...foldToAscii];
  return (block) => {
    // One byte is one character here, so places in the text are places in the block.
    const text = block.toString('latin1').toLowerCase();
    return nearest([(from) => text.indexOf(sought, from), earliest(block, others)]);
  };
}

/** Text that JSON writes as it is, but for the spellings below, and that is no number or word of JSON. */
function isPlain(text: string): boolean {
  return /^[\w .:@/+-]+$/.test(text) && !/^(true|false|null|[-+.\de]+)$/i.test(text);
}

/** How another writer of JSON could have hidden a plain text from a search for its bytes. */
function otherSpellings(text: string): readonly Buffer[] {
  return text.includes('/')
    ? [Buffer.from(String.raw`\u`), Buffer.from(String.raw`\/`)]
    : [Buffer.from(String.raw`\u`)];
}

/** The characters beyond ASCII whose lower case is in it: the Kelvin sign, and the capital I with a dot. */
const foldToAscii: readonly Buffer[] = [Buffer.from('\u212a'), Buffer.from('\u0130')];

function earliest(block: Buffer, needles: readonly Buffer[]): NextHit {
  return nearest(needles.map((needle) => (from: number) => block.indexOf(needle, from)));
}

/** The nearest of several; each is asked again only when its last answer was passed. */
function nearest(searches: readonly NextHit[]): NextHit {
  const last = searches.map(() => -2);
  return (from) => {
    let best = -1;
    for (const [index, search] of searches.entries()) {
      let at = last[index] ?? -1;
      if (at === -2 || (at !== -1 && at < from)) {
        at = search(from);
        last[index] = at;
      }
      if (at !== -1 && (best === -1 || at < best)) best = at;
    }
    return best;
  };
}
