import type { Word as WordNode, WordPart } from 'unbash';

/** One word of a command as the shell would pass it on, as far as that can be known without running anything. */
export interface Word {
  /** After quotes and escapes; what only the run can tell is left out of it. */
  readonly text: string;
  /** Whether a part of it is only known when it runs. `text` then holds the parts before the first such part. */
  readonly isDynamic: boolean;
  /** Whether unquoted wildcards stand in it; `text` is then a pattern. */
  readonly isGlob: boolean;
  /** Whether it starts with a tilde that the shell replaces by a home directory. */
  readonly isHome: boolean;
}

/** A word of plain text. */
export function plainWord(text: string): Word {
  return { text, isDynamic: false, isGlob: false, isHome: false };
}

interface Reading {
  text: string;
  isDynamic: boolean;
  isGlob: boolean;
}

/** The words that one written word stands for: several when braces list them. */
export function readWord(node: WordNode): readonly Word[] {
  const { parts } = node;
  const isHome = node.text.startsWith('~');
  if (parts === undefined) return [{ ...plainWord(node.value), isHome }];
  const listed = listedInBraces(parts);
  if (listed === null) return [readParts(parts, isHome)];
  return listed.map((variant) => readParts(variant, isHome));
}

function readParts(parts: readonly WordPart[], isHome: boolean): Word {
  const reading: Reading = { text: '', isDynamic: false, isGlob: false };
  for (const part of parts) {
    if (reading.isDynamic) break;
    readPart(part, reading);
  }
  const { text } = reading;
  if (text.startsWith(hereMark)) {
    const rest = text.slice(hereMark.length);
    // `"$PWD"x` is a name beside the folder, not in it.
    const isBeside = !reading.isDynamic && rest !== '' && !rest.startsWith('/');
    return { ...reading, isHome, isDynamic: reading.isDynamic || isBeside, text: `.${rest}` };
  }
  return { ...reading, isHome: isHome || text.startsWith(homeMark), text: text.replace(homeMark, '~') };
}

/** Stands for `$HOME` at the start of a word until it is read as a tilde; no command contains it. */
const homeMark = '\u0000home';

/** The same for `$PWD`, which is read as a dot. */
const hereMark = '\u0000here';

function readPart(part: WordPart, reading: Reading): void {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      reading.text += part.value;
      return;
    case 'DoubleQuoted':
    case 'LocaleString':
      for (const child of part.parts) {
        if (!reading.isDynamic) readPart(child, reading);
      }
      return;
    case 'Glob':
      reading.isGlob = true;
      if (part.kind === 'bracket' && part.parts.some((inner) => inner.type !== 'Literal')) reading.isDynamic = true;
      else reading.text += part.value;
      return;
    case 'ArithmeticExpansion':
      // Always a number, whatever it computes; the expression itself is looked at elsewhere.
      reading.text += '0';
      return;
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      if (reading.text === '' && /^\$\{?PWD\}?$/.test(part.text)) reading.text = hereMark;
      else if (reading.text === '' && /^\$\{?HOME\}?$/.test(part.text)) reading.text = homeMark;
      else reading.isDynamic = true;
      return;
    default:
      reading.isDynamic = true;
  }
}

/** The variants of a word with one plain list in braces (`src/{a,b}.ts`); null where there is none that is plain. */
function listedInBraces(parts: readonly WordPart[]): readonly (readonly WordPart[])[] | null {
  const index = parts.findIndex((part) => part.type === 'BraceExpansion');
  const brace = parts[index];
  if (brace === undefined) return null;
  const list = /^\{([\w./@+-]*(?:,[\w./@+-]*)+)\}$/.exec(brace.text)?.[1];
  if (list === undefined) return null;
  // Braces are expanded first, so a variable in front of them may get a longer name: `$PWD{a,b}`.
  if (parts.slice(0, index).some((part) => part.type === 'SimpleExpansion')) return null;
  const rest = parts.slice(index + 1);
  if (rest.some((part) => part.type === 'BraceExpansion')) return null;
  return list
    .split(',')
    .map((value) => [
      ...parts.slice(0, index),
      { type: 'Literal', pos: brace.pos, end: brace.end, value, text: value },
      ...rest,
    ]);
}
