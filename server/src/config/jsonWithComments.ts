/**
 * JSON as editors keep it, made into plain JSON: comments and trailing commas become blanks, so that every other
 * character stays where it was and errors keep their place.
 */
export function withoutComments(text: string): string {
  const parts = text.match(/"(?:[^"\\]|\\[^])*"|\/\/[^\n]*|\/\*[^]*?\*\/|[^"/]+|[^]/g) ?? [];
  const bare = parts.map((part) => (/^\/[/*]/.test(part) ? part.replaceAll(/[^\n]/g, ' ') : part)).join('');
  const tokens = bare.match(/"(?:[^"\\]|\\[^])*"|,(?=\s*[\]}])|[^",]+|[^]/g) ?? [];
  return tokens.map((token, index) => (token === ',' && closesNext(tokens, index) ? ' ' : token)).join('');
}

function closesNext(tokens: readonly string[], index: number): boolean {
  return /^\s*[\]}]/.test(tokens[index + 1] ?? '');
}
