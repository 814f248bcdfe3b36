/** Where Loki keeps its own state in a workspace. */
const runsFolder = '.loki/runs';

/**
 * What Loki, its other runs and git write in the user's own checkout while a command works there. It is never put back to
 * what it was before the command: entries, signed checkpoints and commits would be lost. The sandbox shows all of it
 * read-only; where there is none, only Loki's state is left alone, which proves by itself that nobody changed it.
 */
export function isWrittenMeanwhile(
  relativePath: string,
  { auditFolder, isConfined }: { readonly auditFolder: string; readonly isConfined: boolean },
): boolean {
  const isWithin = (folder: string): boolean => relativePath === folder || relativePath.startsWith(`${folder}/`);
  return isWithin(runsFolder) || isWithin(auditFolder) || (isConfined && isWithin('.git'));
}
