import { lstatSync, type Stats } from 'node:fs';
import path from 'node:path';
import { syncFolder } from '../../base/atomicFile.ts';
import { systemErrorCode } from '../../base/failure.ts';
import { readLines } from '../file/lines.ts';
import { writeAll, type LogFile, type OpenLogFile } from '../file/logFile.ts';
import { parseNote } from '../note/signedNote.ts';
import { checkpointRecord, type CheckpointRecord } from './checkpointRecord.ts';
import { parseKeyEpoch, type KeyEpoch } from './checkpointText.ts';

export type CheckpointLine = Extract<CheckpointRecord, { kind: 'checkpoint' }>;
export type PrunedLine = Extract<CheckpointRecord, { kind: 'pruned' }>;

/** What a writer must know of `audit.checkpoints`: who signs, and what was signed last, by the key of which epoch. */
export interface CheckpointState {
  readonly epoch: KeyEpoch | null;
  readonly checkpoint: { readonly line: CheckpointLine; readonly epoch: KeyEpoch } | null;
  readonly pruned: { readonly line: PrunedLine; readonly epoch: KeyEpoch } | null;
}

export type CheckpointReading =
  { readonly kind: 'read'; readonly state: CheckpointState } | { readonly kind: 'unusable'; readonly why: string };

const nothing: CheckpointState = { epoch: null, checkpoint: null, pruned: null };

/**
 * `audit.checkpoints` as one writer among several sees it, under the lock of the log: reads what others appended, cuts
 * off a line that somebody could not finish, and appends lines that are durable when it resolves.
 */
export class CheckpointFile {
  readonly #name: string;
  readonly #openFile: OpenLogFile;
  #file: LogFile | null = null;
  #readBytes = 0;
  #state = nothing;

  constructor(name: string, openFile: OpenLogFile) {
    this.#name = name;
    this.#openFile = openFile;
  }

  get state(): CheckpointState {
    return this.#state;
  }

  /** Learns what others appended. */
  async refresh(): Promise<CheckpointReading> {
    const found = this.#stat();
    if (found === undefined) {
      return this.#readBytes === 0 ? this.#read() : unusable('its signed checkpoints were removed');
    }
    if (!found.isFile()) return unusable(`${this.#name} is not a plain file`);
    if (found.size < this.#readBytes) return unusable('its signed checkpoints were shortened');
    if (found.size === this.#readBytes) return this.#read();
    this.#file ??= await this.#openFile(this.#name, 'append');
    for await (const { lines } of readLines(this.#file, { from: this.#readBytes, patience: 0 })) {
      // There may be many, and of the checkpoints only the last one counts here.
      const last = lines.findLastIndex(isCheckpoint);
      const counting = lines.filter((line, index) => index === last || !isCheckpoint(line));
      const state = counting.reduce<CheckpointState | null>(stateAfter, this.#state);
      if (state === null) return unusable('a line of its signed checkpoints cannot be read');
      this.#state = state;
      for (const line of lines) this.#readBytes += line.length + 1;
    }
    // Whoever began the line after it was stopped: nobody writes now, the lock is ours.
    if (found.size > this.#readBytes) await this.#file.truncate(this.#readBytes);
    return this.#read();
  }

  /** Appends records after the last one; `refresh` must have come before, under the same lock. */
  async append(records: readonly CheckpointRecord[]): Promise<void> {
    const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    this.#file ??= await this.#openOrCreate();
    try {
      await writeAll(this.#file, bytes, null);
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(this.#readBytes).catch(() => undefined);
      throw error;
    }
    this.#readBytes += bytes.length;
    for (const record of records) this.#state = withRecord(this.#state, record) ?? this.#state;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  async #openOrCreate(): Promise<LogFile> {
    try {
      const file = await this.#openFile(this.#name, 'create');
      await syncFolder(path.dirname(this.#name));
      return file;
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
      return await this.#openFile(this.#name, 'append');
    }
  }

  #stat(): Stats | undefined {
    return lstatSync(this.#name, { throwIfNoEntry: false });
  }

  #read(): CheckpointReading {
    return { kind: 'read', state: this.#state };
  }
}

const checkpointStart = Buffer.from('{"kind":"checkpoint",');

function isCheckpoint(line: Buffer): boolean {
  return line.subarray(0, checkpointStart.length).equals(checkpointStart);
}

function stateAfter(state: CheckpointState | null, line: Buffer): CheckpointState | null {
  const record = checkpointRecord.safeParse(parseJson(line.toString('utf8')));
  return record.success && state !== null ? withRecord(state, record.data) : null;
}

function withRecord(state: CheckpointState, record: CheckpointRecord): CheckpointState | null {
  const { epoch } = state;
  switch (record.kind) {
    case 'key': {
      const note = parseNote(record.note);
      const begun = note === null ? null : parseKeyEpoch(note.text);
      return begun === null ? null : { ...state, epoch: begun };
    }
    case 'checkpoint':
      return epoch === null ? null : { ...state, checkpoint: { line: record, epoch } };
    case 'pruned':
      return epoch === null ? null : { ...state, pruned: { line: record, epoch } };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unusable(why: string): CheckpointReading {
  return { kind: 'unusable', why };
}
