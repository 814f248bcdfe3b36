import type { AuditEntry, AuditFilter, AuditWindow } from '#protocol/audit';
import { currentLog } from '../audit/file/auditFiles.ts';
import { readEntry } from '../audit/chain/entry.ts';
import { maxLineBytes } from '../audit/chain/chain.ts';
import { acceptFor } from '../audit/query/query.ts';
import { openForReading } from '../audit/file/openForReading.ts';
import type { LogFile } from '../audit/file/logFile.ts';

// A window over a log that may have many thousands of entries: where each line stands is kept in memory, its content is
// read again when it is shown. Only what was appended since is read anew; a log that was changed is read as a whole.

/** Where one entry stands, and what it is filtered by. */
interface Place {
  readonly at: number;
  readonly length: number;
}

interface Index {
  readonly places: Place[];
  sizeBytes: number;
  /** The last line: when it is not there any more, the log was changed and not only appended to. */
  lastLine: Buffer;
  revision: number;
  /** Which places match a filter, by the filter. */
  readonly matching: Map<string, { upTo: number; readonly places: number[] }>;
}

export interface AuditWindows {
  read(folder: string, filter: AuditFilter, offset: number, limit: number): Promise<AuditWindow>;
}

const mostFilters = 8;
const chunkBytes = 1024 * 1024;
const lineFeed = 0x0a;

export function createAuditWindows(): AuditWindows {
  const indexes = new Map<string, Index>();
  let turn: Promise<unknown> = Promise.resolve();
  let lastRevision = 0;

  const read: AuditWindows['read'] = async (folder, filter, offset, limit) => {
    const name = currentLog(folder);
    const file = await openForReading(name);
    if (file === null) {
      indexes.delete(name);
      return { total: 0, revision: lastRevision, entries: [] };
    }
    try {
      const known = indexes.get(name);
      const isSame = known !== undefined && (await continues(file, known));
      const index = isSame ? known : emptyIndex();
      indexes.set(name, index);
      if (await extend(file, index)) {
        lastRevision += 1;
        index.revision = lastRevision;
      }
      const matches = await match(file, index, filter);
      const from = matches.length - offset;
      const entries: AuditEntry[] = [];
      for (let at = from - 1; at >= 0 && at >= from - limit; at -= 1) {
        const place = index.places[matches[at] ?? -1];
        const entry = place === undefined ? null : await entryAt(file, place);
        if (entry !== null) entries.push(entry);
      }
      return { total: matches.length, revision: index.revision, entries };
    } finally {
      await file.close();
    }
  };
  return {
    // One after the other: the index grows while it is read.
    read: async (folder, filter, offset, limit) => {
      const result = turn.then(async () => await read(folder, filter, offset, limit));
      turn = result.catch(() => undefined);
      return await result;
    },
  };
}

function emptyIndex(): Index {
  return { places: [], sizeBytes: 0, lastLine: Buffer.alloc(0), revision: 0, matching: new Map() };
}

async function continues(file: LogFile, { places, sizeBytes, lastLine }: Index): Promise<boolean> {
  const last = places.at(-1);
  if (last === undefined) return sizeBytes === 0;
  return (await lineAt(file, last)).equals(lastLine);
}

/** Takes up what was appended, complete lines only. True when something was. */
async function extend(file: LogFile, index: Index): Promise<boolean> {
  const before = index.places.length;
  for (let position = index.sizeBytes; ;) {
    const bytes = await bytesAt(file, position, chunkBytes);
    if (bytes.length === 0) break;
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, end + 1)) {
      index.places.push({ at: index.sizeBytes, length: position + end - index.sizeBytes });
      index.sizeBytes = position + end + 1;
    }
    position += bytes.length;
  }
  const last = index.places.at(-1);
  if (last !== undefined) index.lastLine = await lineAt(file, last);
  return index.places.length > before;
}

/** No more of a line than an entry can have: a longer one is none. */
async function lineAt(file: LogFile, { at, length }: Place): Promise<Buffer> {
  return await bytesAt(file, at, Math.min(length, maxLineBytes + 1));
}

/** The numbers of the places that match, in the order of the log. */
async function match(file: LogFile, index: Index, filter: AuditFilter): Promise<readonly number[]> {
  const isAll = Object.values(filter).every((wanted) => wanted === null);
  const key = isAll ? '' : JSON.stringify([filter.run, filter.agent, filter.decision, filter.text]);
  const known = index.matching.get(key) ?? { upTo: 0, places: [] };
  index.matching.delete(key);
  index.matching.set(key, known);
  for (const oldest of index.matching.keys()) {
    if (index.matching.size <= mostFilters) break;
    index.matching.delete(oldest);
  }
  const { run, agent, decision, text } = filter;
  const accepts = acceptFor({
    run: run ?? undefined,
    agent: agent ?? undefined,
    decision: decision ?? undefined,
    text: text ?? undefined,
  });
  for (; known.upTo < index.places.length; known.upTo += 1) {
    const place = index.places[known.upTo];
    if (place === undefined) break;
    if (isAll) known.places.push(known.upTo);
    else {
      const entry = await entryAt(file, place);
      if (entry !== null && accepts(entry)) known.places.push(known.upTo);
    }
  }
  return known.places;
}

async function entryAt(file: LogFile, place: Place): Promise<AuditEntry | null> {
  return readEntry((await lineAt(file, place)).toString('utf8'));
}

async function bytesAt(file: LogFile, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
