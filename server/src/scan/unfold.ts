/** A text as whoever runs or reads it sees it, and where in the written text each part of it stands. */
export interface Unfolded {
  readonly text: string;
  /** The offset in the written text of the character at an offset of `text`. */
  readonly at: (offset: number) => number;
}

// What hides in the middle of a text: escapes (of JSON, of addresses, of code), the joint between two literals, a quote
// in the middle of a shell's word, a continued line, characters that nobody sees.
const folds =
  /\\(?:u00(?<unicode>[0-9a-fA-F]{2})|x(?<hex>[0-9a-fA-F]{2})|(?<space>[nrt])|(?<same>["'/]))|%(?<percent>[2-7][0-9a-fA-F])|\\\r?\n[ \t]{0,80}|["'`][ \t]{0,40}(?:\r?\n[ \t+-]{0,40})?(?:(?<!`[ \t]{0,40}),|[+.&~]|\.\.|\|\||<>|\\)?[ \t]{0,40}(?:\r?\n[ \t+-]{0,40})?[bfru]?["'`]|(?<=\w)["'`](?=\w)|[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+|(?<=[!-~])\0(?=[!-~])/y;
/** What a fold begins with, and for a quote what may follow it there. */
const isBeginning = flags('\\%"\'`\0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff');
const isQuote = flags('"\'`');
const isAfterQuote = flags(' \t\r\n+.&~,|<\\"\'`');
const isWord = flags('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_');

/** Null where nothing is folded: then the text is what it says. */
export function unfold(text: string): Unfolded | null {
  let result = '';
  let from = 0;
  // Where a stretch begins in `result`, and where it stands in `text`; both rise.
  const starts: number[] = [];
  const places: number[] = [];
  const keep = (part: string, place: number): void => {
    if (part === '') return;
    starts.push(result.length);
    places.push(place);
    result += part;
  };
  for (let at = 0; at < text.length; at += 1) {
    if (!mayFold(text, at)) continue;
    folds.lastIndex = at;
    const match = folds.exec(text);
    if (match === null) continue;
    keep(text.slice(from, at), from);
    keep(meaningOf(match.groups ?? {}), at);
    from = at + match[0].length;
    at = from - 1;
  }
  if (from === 0) return null;
  keep(text.slice(from), from);
  return {
    text: result,
    at: (offset) => {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return (places[low] ?? 0) + offset - (starts[low] ?? 0);
    },
  };
}

/** Told by one character or three, since an expression that is tried everywhere takes longer than all that follows. */
function mayFold(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (isBeginning[code] !== 1) return false;
  if (isQuote[code] !== 1) return true;
  const next = text.charCodeAt(at + 1);
  return isAfterQuote[next] === 1 || (isWord[next] === 1 && at > 0);
}

function flags(characters: string): Uint8Array {
  const result = new Uint8Array(0x10000);
  for (const character of characters) result[character.charCodeAt(0)] = 1;
  return result;
}

function meaningOf({ unicode, hex, percent, space, same }: Readonly<Record<string, string | undefined>>): string {
  const code = unicode ?? hex ?? percent;
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return space === undefined ? (same ?? '') : '\n';
}
