import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { firstLink, linkAfter, seal, type EntryContent } from '../../../../server/src/audit/chain/chain.ts';
import { indexMissing } from '../../../../server/src/audit/query/buildIndex.ts';

/** Writes contents as a log of segments with so many entries each, the last of them current; returns the lines. */
export function writeSegments(
  folder: string,
  contents: readonly EntryContent[],
  perSegment: number,
): readonly string[] {
  let link = firstLink;
  const lines = contents.map((content) => {
    const sealed = seal(content, link);
    link = linkAfter(sealed.entry);
    return `${sealed.line}\n`;
  });
  for (let first = 0; first < lines.length; first += perSegment) {
    const isCurrent = first + perSegment >= lines.length;
    const name = isCurrent ? 'audit.jsonl' : `audit-${first}.jsonl`;
    writeFileSync(path.join(folder, name), lines.slice(first, first + perSegment).join(''));
  }
  return lines;
}

/** The same with an index beside every full segment. */
export async function writeIndexed(
  folder: string,
  contents: readonly EntryContent[],
  perSegment: number,
): Promise<readonly string[]> {
  const lines = writeSegments(folder, contents, perSegment);
  await indexMissing(folder);
  return lines;
}

/** A content like those of a run; the minute tells when. */
export function aContent(minute: number, change: Partial<EntryContent> = {}): EntryContent {
  return {
    timestamp: new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString(),
    who: 'implementer',
    what: 'file_write',
    where: `src/file${minute}.ts`,
    why: `step ${minute}`,
    metadata: { task_id: `task-${minute % 5}`, run_id: `run-${minute % 3}`, phase: 'act', decision: 'ALLOW' },
    ...change,
  };
}
