import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openAuditLog, type AuditLogOptions, type WholeAuditLog } from '../../../server/src/audit/write/writer.ts';
import { verifyAuditLog } from '../../../server/src/audit/verify/verify.ts';
import { aRecord } from './aRecord.ts';

const moment = new Date('2026-03-01T10:20:30.456Z');

export const fixedClock = { now: () => moment, elapsedMs: () => 0 };

/** A log whose clock stands still and that redacts nothing. */
export function openLog(folder: string, options: Partial<AuditLogOptions> = {}): WholeAuditLog {
  return openAuditLog(folder, { clock: fixedClock, redact: (text) => text, ...options });
}

/** Writes a log of so many entries and closes it. */
export async function makeLog(folder: string, entries: number): Promise<void> {
  const log = openLog(folder);
  await Promise.all(Array.from({ length: entries }, async (_, n) => await log.append(aRecord(n))));
  await log.close();
}

export function logFile(folder: string): string {
  return path.join(folder, 'audit.jsonl');
}

export function readLog(folder: string): string[] {
  return readFileSync(logFile(folder), 'utf8').split('\n').slice(0, -1);
}

export function writeLog(folder: string, lines: readonly string[]): void {
  writeFileSync(logFile(folder), lines.map((line) => `${line}\n`).join(''));
}

export async function expectValid(folder: string) {
  const result = await verifyAuditLog(folder);
  if ('kind' in result || !result.valid) throw new Error(JSON.stringify(result));
  return result;
}
