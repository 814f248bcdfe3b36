import { readHeads } from '../heads/readHeads.ts';
import { verifyAuditLog } from './verify.ts';
import type { Verified } from './verifying.ts';

export interface VerifyHereOptions {
  /** Where this machine keeps what it remembers of logs. */
  readonly lokiHome: string;
  readonly isStrict?: boolean;
  readonly trustedKey?: string | null;
}

/** Verifies the log in a folder against everything that this machine knows of it. Never writes. */
export async function verifyHere(
  folder: string,
  { lokiHome, isStrict = false, trustedKey = null }: VerifyHereOptions,
): Promise<Verified> {
  return await verifyAuditLog(folder, { isStrict, trustedKey, heads: readHeads(lokiHome, folder) });
}
