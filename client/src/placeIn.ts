/** A place in a file, as messages about the configuration name it. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const place = /(?:^|:\s|\n\s*)(?<file>(?:[A-Za-z]:)?[^\n:]*?\.(?:ya?ml|json|conf)):(?<line>\d+)(?::(?<column>\d+))?/;

/** The first `file:line:column` or `file:line` of a message, or null. */
export function placeIn(message: string): Place | null {
  const found = place.exec(message)?.groups;
  if (found === undefined) return null;
  return { file: (found['file'] ?? '').trim(), line: Number(found['line']), column: Number(found['column'] ?? 1) };
}
