import type { MicroUsd } from './money.ts';

// Amounts and days as the ledger's tables have them. Looked at by hand, because it is done under the lock that all processes wait
// for: a damaged row is never money to spend.

/** A row says what cannot be. */
export class DamagedRow extends Error {
  override readonly name = 'DamagedRow';
}

/** A number of tokens. Throws a `DamagedRow` for what is none. */
export function storedCount(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new DamagedRow(`no amount: ${String(value)}`);
}

/** Micro-dollars. Throws a `DamagedRow` for what is none. */
export function storedMoney(value: unknown): MicroUsd {
  return storedCount(value) as MicroUsd;
}

/** A day (`2026-03-01`). Throws a `DamagedRow` for what is none: it would be a window in which nothing is spent yet. */
export function storedDay(value: unknown): string {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) return value;
  throw new DamagedRow(`no day: ${String(value)}`);
}
