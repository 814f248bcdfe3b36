/** What people and the project say in `.loki/`. Everything else there is Loki's own state, such as the audit log. */
const saidByPeople: ReadonlySet<string> = new Set([
  '.gitignore',
  'config.yaml',
  'config.json',
  'policies.yaml',
  'policies.json',
  'mcp.json',
  'agents',
  'gates',
]);

/**
 * What Loki, its other runs and git write in the user's own checkout while a command works there. It is never put back to
 * what it was before the command: entries, signed checkpoints and commits would be lost. The sandbox shows all of it
 * read-only; where there is none, only Loki's state is left alone, which proves by itself that nobody changed it.
 */
export function isWrittenMeanwhile(relativePath: string, isConfined: boolean): boolean {
  const [top, inside] = relativePath.split('/');
  if (top === '.git') return isConfined;
  return top === '.loki' && inside !== undefined && !saidByPeople.has(inside);
}
