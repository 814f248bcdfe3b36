/** So much of what a runner says of one failure is kept: the values that differ, not the whole of two large objects. */
const maxLines = 14;
const maxLineCharacters = 160;

/** Where a runner's words about a failure end: its stack, or the source that it quotes. */
const end = /^\s*(?:at |❯ |› |>?\s*\d+ \|)/;

/**
 * What a runner says of a failure, from its first line to its stack: the values that were compared stand there, a few
 * lines below the sentence about them. One value is put into the sentence; a comparison keeps its lines.
 */
export function explanation(lines: readonly string[]): string | null {
  const until = lines.findIndex((line) => end.test(line));
  const said = (until === -1 ? lines : lines.slice(0, until)).filter((line) => line.trim() !== '');
  const [first, second, third] = dedented(said);
  if (first === undefined) return null;
  const head = first.replace(/^AssertionError(?: \[\w+\])?: /, '');
  if (second === undefined) return head;
  if (third === undefined && !/^\s*[+-]/.test(second)) return `${head} ${second.trim()}`;
  const kept = dedented(said).slice(1, maxLines);
  return [head, ...kept, ...(said.length > maxLines ? ['…'] : [])].join('\n');
}

/** The same with the values that node tells below a message of the test's own, which need not name them. */
export function withValues(message: string, details: string): string {
  const value = (name: string): string | null =>
    new RegExp(String.raw`^ *${name}: ([^\s{[|>].{0,${maxLineCharacters}}?),?$`, 'm').exec(details)?.[1] ?? null;
  const [expected, actual] = [value('expected'), value('actual')];
  if (expected === null || actual === null) return message;
  if (message.includes(expected) && message.includes(actual)) return message;
  return `${message} (expected ${expected}, actual ${actual})`;
}

/** Without the margin that all but the first line share, and no longer than people read. */
function dedented(lines: readonly string[]): readonly string[] {
  const [first = '', ...rest] = lines;
  const margin = Math.min(...rest.map((line) => line.length - line.trimStart().length));
  return [first.trim(), ...rest.map((line) => line.slice(Number.isFinite(margin) ? margin : 0))]
    .filter((line, index) => index > 0 || line !== '')
    .map((line) => (line.length > maxLineCharacters ? `${line.slice(0, maxLineCharacters - 1)}…` : line));
}
