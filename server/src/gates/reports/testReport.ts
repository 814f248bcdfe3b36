/** What one test run said about itself. Paths are as the runner printed them. */
export interface TestReport {
  /** Null when the output does not say. `run` are the tests that ran, skipped ones not among them. */
  readonly counts: { readonly run: number; readonly failed: number; readonly skipped: number } | null;
  readonly failures: readonly TestFailure[];
}

export interface TestFailure {
  readonly name: string;
  readonly message: string;
  readonly path: string | null;
  readonly line: number | null;
}

/** Reads one runner's output (without colours); null when the output is not this runner's. */
export type ReadReport = (output: string) => TestReport | null;

export interface Place {
  readonly path: string;
  readonly line: number;
}

/** The first place of a JavaScript stack that is neither the runtime's nor a dependency's. */
export function placeInStack(stack: string): Place | null {
  for (const line of stack.split('\n')) {
    const found = /(?:file:\/\/)?((?:[A-Za-z]:)?[^\s():'"❯]+\.[cm]?[jt]sx?):(\d+):\d+/.exec(line);
    if (found === null || /node_modules|node:internal|internal\/modules/.test(line)) continue;
    return { path: found[1] ?? '', line: Number(found[2]) };
  }
  return null;
}

/** The last number that a pattern finds: a test may print the same words earlier. */
export function lastNumber(output: string, pattern: RegExp): number | null {
  let number: number | null = null;
  for (const match of output.matchAll(pattern)) number = Number(match[1]);
  return number;
}
