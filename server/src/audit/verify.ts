import type { AuditVerification } from '#protocol/audit';
import { currentLog } from './auditFiles.ts';
import { checkLine, firstLink, linkAfter, type Link } from './chain.ts';
import { readLines } from './lines.ts';
import type { LogFile } from './logFile.ts';
import { openForReading } from './openForReading.ts';

/** How long a verifier waits for a writer to finish the line it is in the middle of, in looks of 20 ms. */
const patience = 10;

/**
 * Checks every byte of the log in a folder against the format, and every line against the one before it. Never writes,
 * and needs no more memory for a large log than for a small one. What no chain can show alone is a cut tail, or a log
 * that was rewritten as a whole.
 */
export async function verifyAuditLog(folder: string): Promise<{ readonly kind: 'absent' } | AuditVerification> {
  const name = currentLog(folder);
  const file = await openForReading(name);
  if (file === null) return { kind: 'absent' };
  try {
    return await verifyLines(file, name);
  } finally {
    await file.close();
  }
}

/** The same for a log that is open already; `name` is what it is called in the sentence about it. */
export async function verifyLines(file: LogFile, name: string): Promise<AuditVerification> {
  let entries = 0;
  let link: Link = firstLink;
  let broken: { readonly at: number; readonly problem: string } | null = null;
  for await (const { lines, torn } of readLines(file, { from: 0, patience })) {
    for (const line of lines) {
      if (broken === null) {
        const check = checkLine(line, link);
        if (check.kind === 'good') link = linkAfter(check);
        else broken = { at: entries, problem: `entry ${entries} ${check.problem}` };
      }
      entries += 1;
    }
    if (torn !== null) broken ??= { at: entries, problem: unfinished(entries) };
  }
  if (entries === 0)
    broken ??= { at: 0, problem: 'it is empty, but a log holds at least one entry from its beginning' };
  return {
    valid: broken === null,
    entries,
    brokenAt: broken?.at ?? null,
    error: broken === null ? null : `The audit log ${name} is not intact: ${broken.problem}`,
  };
}

function unfinished(entries: number): string {
  return `it ends inside entry ${entries}: its writer was stopped while writing, or its end was cut off; the entries before it are intact`;
}
