import { currentLog } from '../file/auditFiles.ts';
import { readLines } from '../file/lines.ts';
import { openForReading } from '../file/openForReading.ts';

/** Whether the current segment says already that the log is not signed any more: once is enough. */
export async function saysUnsigned(folder: string): Promise<boolean> {
  const file = await openForReading(currentLog(folder));
  if (file === null) return false;
  try {
    for await (const { lines } of readLines(file, { from: 0, patience: 0 }))
      if (lines.some((line) => line.includes('"what":"audit_unsigned"'))) return true;
    return false;
  } finally {
    await file.close();
  }
}
