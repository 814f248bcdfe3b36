import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CheckpointFile } from '../../../../server/src/audit/checkpoint/checkpointFile.ts';
import { parseChainHead, parseKeyEpoch } from '../../../../server/src/audit/checkpoint/checkpointText.ts';
import { checkpointRecord, type CheckpointRecord } from '../../../../server/src/audit/checkpoint/checkpointRecord.ts';
import { parseNote } from '../../../../server/src/audit/note/signedNote.ts';
import { openLogFile } from '../../../../server/src/audit/file/logFile.ts';
import { openHeads } from '../../../../server/src/audit/heads/openHeads.ts';
import { readHeads } from '../../../../server/src/audit/heads/readHeads.ts';
import { openSigningKeys } from '../../../../server/src/audit/keys/openSigningKeys.ts';
import type { SigningKeys } from '../../../../server/src/audit/keys/signingKeys.ts';
import { verifyAuditLog } from '../../../../server/src/audit/verify/verify.ts';
import { type AuditLogOptions, type WholeAuditLog } from '../../../../server/src/audit/write/writer.ts';
import { systemClock } from '../../../../server/src/base/clock.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';
import { openLog } from '../aLog.ts';
import { aRecord } from '../aRecord.ts';

/** A workspace and a home of a user, with real keys in a file and real heads. */
export interface Place {
  readonly home: string;
  readonly workspace: string;
  readonly folder: string;
  readonly keys: SigningKeys;
  open(options?: Partial<AuditLogOptions>): WholeAuditLog;
  /** Writes so many entries with a writer of its own. */
  write(entries: number, options?: Partial<AuditLogOptions>): Promise<void>;
  verify(): ReturnType<typeof verifyAuditLog>;
  /** Names of the log's own files. */
  files(): readonly string[];
}

export function aPlace({
  home = temporaryFolder(),
  workspace = temporaryFolder(),
}: { readonly home?: string; readonly workspace?: string } = {}): Place {
  const folder = path.join(workspace, '.loki', 'audit');
  const keys = openSigningKeys({ lokiHome: home, vault: null, clock: systemClock });
  const open: Place['open'] = (options) =>
    openLog(folder, {
      keys,
      openHeads: (place) => openHeads({ lokiHome: home, folder: place, clock: systemClock }),
      ...options,
    });
  return {
    home,
    workspace,
    folder,
    keys,
    open,
    write: async (entries, options) => {
      const log = open(options);
      await Promise.all(Array.from({ length: entries }, async (_, n) => await log.append(aRecord(n))));
      await log.close();
    },
    verify: async () => await verifyAuditLog(folder, { isStrict: true, heads: readHeads(home, folder) }),
    files: () => readdirSync(folder).toSorted(),
  };
}

export function checkpointRecords(folder: string): readonly CheckpointRecord[] {
  return readFileSync(path.join(folder, 'audit.checkpoints'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => checkpointRecord.parse(JSON.parse(line)));
}

/** Every record in a few words: `key 1 from 0`, `3`, `pruned`. */
export function checkpointWords(folder: string): readonly string[] {
  return checkpointRecords(folder).map((record) => {
    if (record.kind === 'pruned') return 'pruned';
    const text = parseNote(record.kind === 'key' ? record.note : record.head)?.text ?? '';
    const epoch = parseKeyEpoch(text);
    return epoch === null ? String(parseChainHead(text)?.size) : `key ${epoch.epoch} from ${epoch.from}`;
  });
}

/** What stands in the checkpoints of a folder, as a writer reads it. */
export async function checkpointState(folder: string) {
  const file = new CheckpointFile(path.join(folder, 'audit.checkpoints'), openLogFile);
  try {
    return await file.refresh();
  } finally {
    await file.close();
  }
}

/** All entries of all segments. */
export function entriesOf({ folder }: Pick<Place, 'folder'>): readonly Readonly<Record<string, unknown>>[] {
  const files = readdirSync(folder);
  const names = files
    .filter((name) => /^audit-\d+\.jsonl$/.test(name))
    .toSorted((a, b) => Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0]));
  if (files.includes('audit.jsonl')) names.push('audit.jsonl');
  return names.flatMap((name) =>
    readFileSync(path.join(folder, name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line): Readonly<Record<string, unknown>> => ({ ...(JSON.parse(line) as object) })),
  );
}
