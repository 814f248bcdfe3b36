// A pattern in a server's schema is a stranger's program that would run in our process. JavaScript's expressions can
// take time that grows with a power of the text's length, or worse. Here it is bounded before anything is matched.

/** How many steps one match may take at most, about. */
const affordableSteps = 1e8;

/**
 * The longest text that a pattern may be matched against, from what it says alone: `n` characters and `k` repetitions
 * cost at most about n^(k+1) steps. Zero for one whose cost cannot be bounded so: repetitions within repetitions, and
 * references back.
 */
export function longestText(pattern: string): number {
  if (pattern.length > 1000) return 0;
  let repetitions = 0;
  /** For each open group, whether something in it repeats or chooses. */
  const groups: boolean[] = [];
  let closed = false;
  for (const [token] of pattern.matchAll(/\\k<|\\[1-9]|\\[^]|\[(?:\\[^]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[^]/g)) {
    const isGroupEnd = token === ')';
    if (token === '\\k<' || /^\\[1-9]$/.test(token)) return 0;
    if (token === '(') groups.push(false);
    else if (token === '|') markAll(groups);
    else if (isGroupEnd) closed = groups.pop() ?? false;
    else if (isRepetition(token)) {
      // What is only left out or taken once cannot multiply.
      if (closed && token !== '?') return 0;
      repetitions += 1;
      markAll(groups);
    }
    if (!isGroupEnd) closed = false;
  }
  return Math.floor(affordableSteps ** (1 / (repetitions + 1)));
}

function isRepetition(token: string): boolean {
  return (
    token === '*' ||
    token === '+' ||
    token === '?' ||
    (token.startsWith('{') && token.endsWith('}') && token.length > 2)
  );
}

function markAll(groups: boolean[]): void {
  groups.fill(true);
}
