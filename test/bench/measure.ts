/** One line of a table: what, how much, and beside what it stands. */
export function row(what: string, value: string, beside = ''): void {
  process.stdout.write(`${what.padEnd(44)} ${value.padStart(12)}   ${beside}\n`.trimEnd() + '\n');
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);
