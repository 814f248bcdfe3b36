import type { AuditEntry } from '#protocol/audit';
import { visibleLine } from '#protocol/visible';

/**
 * An entry as one line for people: number, time, who, what, decision and result, where, why. Whatever an agent managed to
 * have recorded, it stays one line, and characters that would move the cursor or turn text around are shown as such.
 */
export function entryLine({ seq, timestamp, who, what, where, why, metadata }: AuditEntry): string {
  const decided = [textOf(metadata?.['decision']), textOf(metadata?.['result'])].filter((part) => part !== null);
  const because = [why, textOf(metadata?.['reason'])].filter((part) => part !== null && part !== '');
  const columns = [
    String(seq).padStart(6),
    timestamp.replace('T', ' '),
    column(who, 18),
    column(what, 14),
    column(decided.join(' '), 20),
    visibleLine(where ?? '-', 200),
    visibleLine(because.join(': '), 300),
  ];
  // Each is visible by itself; the blanks between them are ours.
  const line = columns.join('  ').trimEnd();
  return line.length <= 700 ? line : `${line.slice(0, 699)}…`;
}

function column(text: string | null, width: number): string {
  return visibleLine(text === null || text === '' ? '-' : text, 60).padEnd(width);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
