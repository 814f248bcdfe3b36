import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { numberedEvent, type NumberedEvent } from '#protocol/task';
import { systemErrorCode } from '../base/failure.ts';
import { runFolder } from './runStore.ts';

// The events of a run as they were told, one JSON object a line in `.loki/runs/<id>/events.jsonl`, so that a run can be
// shown again when whoever watched it is gone. Not a record to prove anything by: that is the audit log.

export interface EventFile {
  /** What was told before, numbered from 1 without a gap. */
  readonly events: readonly NumberedEvent[];
  append(events: readonly NumberedEvent[]): Promise<void>;
}

/** Opens a run's events to go on with them. A line that was cut when its writer died is left behind. */
export async function openRunEvents(workspace: string, runId: string): Promise<EventFile> {
  const file = eventFile(workspace, runId);
  const { events, isTorn } = await read(file);
  let needsLineFeed = isTorn;
  return {
    events,
    append: async (more) => {
      const text = more.map((event) => `${JSON.stringify(event)}\n`).join('');
      const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
      const handle = await open(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
      try {
        await handle.writeFile(needsLineFeed ? `\n${text}` : text);
        needsLineFeed = false;
      } finally {
        await handle.close();
      }
    },
  };
}

/** The events of a run; none where it has no file. Never writes. */
export async function readRunEvents(workspace: string, runId: string): Promise<readonly NumberedEvent[]> {
  return (await read(eventFile(workspace, runId))).events;
}

/** The first few of them, for what a run says at its start. Never writes. */
export async function readFirstRunEvents(workspace: string, runId: string): Promise<readonly NumberedEvent[]> {
  return (await read(eventFile(workspace, runId), firstBytes)).events;
}

const firstBytes = 64 * 1024;

function eventFile(workspace: string, runId: string): string {
  return path.join(runFolder(workspace, runId), 'events.jsonl');
}

async function read(
  file: string,
  atMostBytes: number | null = null,
): Promise<{ readonly events: NumberedEvent[]; readonly isTorn: boolean }> {
  const text = await readText(file, atMostBytes);
  const events: NumberedEvent[] = [];
  for (const line of text.split('\n')) {
    const event = parseLine(line);
    // Whatever stands in the file, its readers see numbers without a gap.
    if (event?.number === events.length + 1) events.push(event);
  }
  return { events, isTorn: text !== '' && !text.endsWith('\n') };
}

async function readText(file: string, atMostBytes: number | null): Promise<string> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return '';
    throw error;
  }
  try {
    if (!(await handle.stat()).isFile()) return '';
    if (atMostBytes === null) return await handle.readFile('utf8');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(atMostBytes), 0, atMostBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function parseLine(line: string): NumberedEvent | null {
  if (line === '') return null;
  try {
    return z.safeParse(numberedEvent, JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
