import { checkRawLine, maxLineBytes, type Link } from '../chain/chain.ts';

/** More than one interrupted write can leave behind; no writer goes on from more. */
const mostTornBytes = 16 * maxLineBytes;

/**
 * What is wrong with the bytes after the last line feed of a log, as the end of a sentence that begins with the entry;
 * null where a writer that was stopped may have left them. `bytes` is the beginning of what is there.
 */
export function judgeTorn(bytes: Buffer, length: number, link: Link | null): string | null {
  if (length > mostTornBytes) return 'is longer than anything that a writer can leave unfinished';
  // One more byte after a whole entry is no line feed, so nobody was stopped here.
  const isWhole = length === bytes.length && link !== null && checkRawLine(bytes, 0, length - 1, link) !== null;
  return isWhole ? 'does not end as lines do: its last byte was changed' : null;
}
