import { execFile } from 'node:child_process';
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
const perStart = 8;
let left: Ends[] = [];

interface Ends {
  readonly readFd: number;
  readonly writeFd: number;
}

/** Opens a pipe by way of a named one, whose name is gone at once; null where this system has no named pipes. */
export async function openOutputPipe(): Promise<OutputPipe | null> {
  const ends = left.pop() ?? (await makePipes());
  if (ends === null) return null;
  let isOpen = true;
  return {
    writeFd: ends.writeFd,
    reader: new Socket({ fd: ends.readFd, readable: true, writable: false }),
    closeWriter: () => {
      if (isOpen) close(ends.writeFd, () => undefined);
      isOpen = false;
    },
  };
}

/** Makes pipes and gives one of them; the others wait, without a name, for the next commands. */
async function makePipes(): Promise<Ends | null> {
  const mkfifo = process.platform === 'win32' ? undefined : makers.find((file) => existsSync(file));
  if (mkfifo === undefined) return null;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-pipes-'));
  try {
    const names = Array.from({ length: perStart }, (_, index) => path.join(folder, String(index)));
    await promisify(execFile)(mkfifo, ['-m', '600', ...names], { env: {} });
    const [first = null, ...others] = names.map(openBoth);
    left = [...left, ...others];
    return first;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The reading end first and without waiting; then opening the writing end does not wait either. */
function openBoth(name: string): Ends {
  const readFd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return { readFd, writeFd: openSync(name, constants.O_WRONLY) };
  } catch (error) {
    closeSync(readFd);
    throw error;
  }
}
