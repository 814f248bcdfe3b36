import type { AuditVerification } from '#protocol/audit';
import { firstSeqOf } from '../../../server/src/audit/file/segments.ts';
import type { KnownHead, KnownHeads, KnownKey } from '../../../server/src/audit/heads/knownHeads.ts';
import { ChainCheck } from '../../../server/src/audit/verify/chainCheck.ts';
import type { AnchorClaim } from '../../../server/src/audit/verify/evidence.ts';
import { LineCutter } from '../../../server/src/audit/verify/lineCutter.ts';
import { SignedRecordReader, type SignedRecord } from '../../../server/src/audit/verify/signedRecord.ts';
import { judge } from '../../../server/src/audit/verify/verdict.ts';
import { logId, type Files } from './signedLog.ts';

export interface Known {
  readonly heads?: KnownHeads | null;
  readonly anchors?: readonly AnchorClaim[];
  readonly trustedKey?: string | null;
  readonly isStrict?: boolean;
  readonly chunkBytes?: number;
}

/** What verifying says about files that lie in memory: thousands of tampered logs, and no disk. */
export function verifyInMemory(files: Files, known: Known = {}): AuditVerification {
  const { heads = null, anchors = [], trustedKey = null, isStrict = false, chunkBytes = 64 * 1024 } = known;
  const evidence = {
    signed: readSigned(files.get('audit.checkpoints') ?? nothing, isStrict),
    heads,
    anchors,
    trustedKey,
  };
  const check = new ChainCheck(evidence, { isStrict });
  const segments = [...files.keys()]
    .filter((name) => name === 'audit.jsonl' || firstSeqOf(name) !== null)
    .sort((a, b) => (firstSeqOf(a) ?? Infinity) - (firstSeqOf(b) ?? Infinity));
  for (const name of segments) {
    const bytes = files.get(name) ?? Buffer.alloc(0);
    check.begin(name, firstSeqOf(name));
    for (let at = 0; at < bytes.length; at += chunkBytes) check.push(bytes.subarray(at, at + chunkBytes));
  }
  return judge('/logs', check.finish(), evidence);
}

const nothing = Buffer.alloc(0);
/** Signatures take most of the time, and most tests change only the log. */
const knownPlainly = new WeakMap<Buffer, SignedRecord>();
const knownStrictly = new WeakMap<Buffer, SignedRecord>();

function readSigned(bytes: Buffer, isStrict: boolean): SignedRecord {
  const reader = new SignedRecordReader({ isStrict });
  const known = isStrict ? knownStrictly : knownPlainly;
  const cutter = new LineCutter();
  const before = known.get(bytes);
  if (before !== undefined) return before;
  cutter.push(bytes, (line, start, end) => reader.take(line.subarray(start, end)));
  const signed = reader.finish(cutter.torn.bytes);
  known.set(bytes, signed);
  return signed;
}

/** What a machine remembers of one log. */
export function headsOf(
  head: Partial<KnownHead> & { size: number; hash: string },
  keys: readonly KnownKey[] = [],
): KnownHeads {
  return headsOfAll([head], keys);
}

export function headsOfAll(
  heads: readonly (Partial<KnownHead> & { size: number; hash: string })[],
  keys: readonly KnownKey[] = [],
): KnownHeads {
  return {
    workspaceIdentity: '1:2:3',
    here: heads.map((head) => ({
      path: '/logs',
      logId,
      checkpointSize: 0,
      workspaceIdentity: '1:2:3',
      updatedAt: '2026-03-02T00:00:00.000Z',
      ...head,
    })),
    elsewhere: () => [],
    keys: (id) => keys.filter((key) => key.logId === id),
  };
}
