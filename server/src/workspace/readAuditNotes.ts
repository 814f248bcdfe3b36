import { git, splitNames } from './git.ts';

/**
 * The lines of all notes about the audit log that a remote is known to hold, as far as the workspace's repository knows.
 * Never writes, and reaches no remote.
 */
export async function readAuditNotes(workspace: string, signal?: AbortSignal): Promise<readonly string[]> {
  const repo = git(workspace);
  const listed = await repo.attempt(['ls-tree', '-r', '-z', 'refs/loki/audit-notes'], { signal });
  if (listed.exitCode !== 0) return [];
  const blobs = splitNames(listed.stdout.toString()).flatMap(
    (line) => /^100644 blob ([0-9a-f]+)\t/.exec(line)?.[1] ?? [],
  );
  if (blobs.length === 0) return [];
  const content = await repo.text(['cat-file', '--batch'], { input: `${blobs.join('\n')}\n`, signal });
  // Between the notes stand lines about the blobs, which are no notes of ours either.
  return content.split('\n').filter((line) => line.startsWith('{'));
}
