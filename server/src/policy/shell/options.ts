import type { Tool, WordKind } from './tool.ts';
import type { Word } from './word.ts';

/** One option as it was written: its kind and its value where one stands in the same word. */
export interface ReadOption {
  readonly name: string;
  readonly kind: WordKind | null;
  readonly glued: Word | null;
}

const withoutValue: ReadonlySet<WordKind> = new Set([
  'flag',
  'tree',
  'follows',
  'suffix',
  'deletes',
  'refused',
  'asks',
  'everyBranch',
  'forces',
  'deletesBranch',
]);

/** Whether an option of this kind takes the next word when nothing is glued to it. */
export function takesValue(kind: WordKind): boolean {
  return !withoutValue.has(kind);
}

/** Reads one word that starts with a dash: several short options in one word are several. */
export function readOptions(word: Word, tool: Tool): readonly ReadOption[] {
  const { text } = word;
  if (text.startsWith('--') || tool.hasSingleDash === true) return [longOption(word, tool)];
  // A tool may have options of one dash and many letters (`gcc -wrapper`, `unzip -TT`).
  const whole = kindOf(tool, /^-[^=]*/.exec(text)?.[0] ?? text);
  if (whole !== null && text.length > 2)
    return [{ name: text, kind: whole, glued: gluedAfter(word, text.indexOf('=') + 1) }];
  const found: ReadOption[] = [];
  for (let index = 1; index < text.length; index++) {
    const name = `-${text.charAt(index)}`;
    const kind = kindOf(tool, name);
    const takes = kind !== null && (takesValue(kind) || kind === 'suffix');
    if (takes) {
      found.push({
        name,
        kind,
        glued: index + 1 < text.length || word.isDynamic ? gluedAfter(word, index + 1, true) : null,
      });
      return found;
    }
    found.push({ name, kind, glued: null });
    // What follows an option nobody knows may be its value: `-o../x`.
    if (kind === null && /[/.~]/.test(text.charAt(index + 1))) {
      found.push({ name, kind: 'unknown', glued: gluedAfter(word, index + 1, true) });
      return found;
    }
  }
  return found;
}

function longOption(word: Word, tool: Tool): ReadOption {
  const equals = word.text.indexOf('=');
  const name = equals < 0 ? word.text : word.text.slice(0, equals);
  const kind = kindOf(tool, name) ?? abbreviated(tool, name);
  return { name, kind, glued: equals < 0 ? null : gluedAfter(word, equals + 1, true) };
}

function gluedAfter(word: Word, start: number, isForced = false): Word | null {
  if (start === 0 && !isForced) return null;
  return { ...word, text: word.text.slice(start), isHome: false };
}

const expanded = new WeakMap<object, ReadonlyMap<string, WordKind>>();

function kinds(tool: Tool): ReadonlyMap<string, WordKind> {
  const options = tool.options ?? {};
  const known = expanded.get(options);
  if (known !== undefined) return known;
  const map = new Map(
    Object.entries(options).flatMap(([names, kind]) => names.split(' ').map((name) => [name, kind] as const)),
  );
  expanded.set(options, map);
  return map;
}

function kindOf(tool: Tool, name: string): WordKind | null {
  return kinds(tool).get(name) ?? null;
}

/** Programs accept long options cut short. The most dangerous option it may stand for counts. */
function abbreviated(tool: Tool, name: string): WordKind | null {
  if (!name.startsWith('--') || name.length < 4) return null;
  const order: readonly WordKind[] = [
    'refused',
    'write',
    'folder',
    'run',
    'asks',
    'everyBranch',
    'deletesBranch',
    'forces',
  ];
  const candidates = [...kinds(tool)].filter(([known]) => known.startsWith(name)).map(([, kind]) => kind);
  return order.find((kind) => candidates.includes(kind)) ?? candidates[0] ?? null;
}
