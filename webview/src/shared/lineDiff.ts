export interface DiffLine {
  readonly kind: 'same' | 'old' | 'new';
  readonly text: string;
}

/** Above this many pairs of lines the exact comparison would stall the page; then all old lines come before all new ones. */
const mostPairs = 1_000_000;

/** What changes between two texts, line by line. Nothing is left out: old lines are all there, new ones too, in order. */
export function lineDiff(oldText: string, newText: string): readonly DiffLine[] {
  const before = oldText === '' ? [] : oldText.split('\n');
  const after = newText === '' ? [] : newText.split('\n');
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  const middle = compare(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [
    ...lines('same', before.slice(0, start)),
    ...middle,
    ...lines('same', end === 0 ? [] : before.slice(before.length - end)),
  ];
}

function compare(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  if (before.length * after.length > mostPairs) return [...lines('old', before), ...lines('new', after)];
  const common = commonLengths(before, after);
  const diff: DiffLine[] = [];
  let old = 0;
  let fresh = 0;
  while (old < before.length || fresh < after.length) {
    const oldLine = before[old];
    const newLine = after[fresh];
    if (oldLine !== undefined && oldLine === newLine) {
      diff.push({ kind: 'same', text: oldLine });
      old += 1;
      fresh += 1;
    } else if (
      oldLine !== undefined &&
      (newLine === undefined || lengthAt(common, old + 1, fresh) >= lengthAt(common, old, fresh + 1))
    ) {
      diff.push({ kind: 'old', text: oldLine });
      old += 1;
    } else if (newLine !== undefined) {
      diff.push({ kind: 'new', text: newLine });
      fresh += 1;
    }
  }
  return diff;
}

/** How many lines the rests of both texts have in common, for each pair of places. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const table = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let old = before.length - 1; old >= 0; old -= 1) {
    for (let fresh = after.length - 1; fresh >= 0; fresh -= 1) {
      const row = table[old];
      if (row === undefined) continue;
      row[fresh] =
        before[old] === after[fresh]
          ? lengthAt(table, old + 1, fresh + 1) + 1
          : Math.max(lengthAt(table, old + 1, fresh), lengthAt(table, old, fresh + 1));
    }
  }
  return table;
}

function lengthAt(table: readonly Uint32Array[], old: number, fresh: number): number {
  return table[old]?.[fresh] ?? 0;
}

function lines(kind: DiffLine['kind'], texts: readonly string[]): readonly DiffLine[] {
  return texts.map((text) => ({ kind, text }));
}
