import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { close, closeSync, constants, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

// A real pipe for a process's output. Node's own 'pipe' is a socket pair, and a socket cannot be opened again through
// /dev/stdout or /dev/stderr, which many scripts do. One pipe for both streams also keeps their order.

export interface OutputPipe {
  /** Given to the child as standard output and error. */
  readonly writeFd: number;
  readonly reader: Socket;
  /** Closes our copy of the writing end, once the child has its own: the reader then ends with the last writer. */
  closeWriter(): void;
}

const makers = ['/usr/bin/mkfifo', '/bin/mkfifo'];

/** Only a program can make a named pipe, and starting one costs as much as the command itself: several at once. */
const perStart = 16;
let left: string[] = [];
let folder: string | null = null;

/** Opens a pipe by way of a named one, which is gone at once; null where this system has no named pipes. */
export async function openOutputPipe(): Promise<OutputPipe | null> {
  const name = left.pop() ?? (await makeNames());
  if (name === null) return null;
  // The reading end first and without waiting; then opening the writing end does not wait either.
  const readFd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  let writeFd: number;
  try {
    writeFd = openSync(name, constants.O_WRONLY);
  } catch (error) {
    closeSync(readFd);
    throw error;
  } finally {
    rmSync(name, { force: true });
  }
  let isOpen = true;
  return {
    writeFd,
    reader: new Socket({ fd: readFd, readable: true, writable: false }),
    closeWriter: () => {
      if (isOpen) close(writeFd, () => undefined);
      isOpen = false;
    },
  };
}

/** Makes named pipes nobody else can open and gives one of them; the others wait for the next commands. */
async function makeNames(): Promise<string | null> {
  const mkfifo = process.platform === 'win32' ? undefined : makers.find((file) => existsSync(file));
  if (mkfifo === undefined) return null;
  if (folder === null || !existsSync(folder)) {
    const made = mkdtempSync(path.join(os.tmpdir(), 'loki-pipes-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  const prefix = path.join(folder, randomBytes(6).toString('hex'));
  const names = Array.from({ length: perStart }, (_, index) => `${prefix}-${index}`);
  await promisify(execFile)(mkfifo, ['-m', '600', ...names], { env: {} });
  const [first = null, ...others] = names;
  left = [...left, ...others];
  return first;
}
