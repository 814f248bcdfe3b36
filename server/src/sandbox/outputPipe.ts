import { execFile } from 'node:child_process';
import { close, closeSync, constants, existsSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
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

/** Opens a pipe by way of a named one in `folder`; null where this system has no named pipes. */
export async function openOutputPipe(folder: string): Promise<OutputPipe | null> {
  const mkfifo = process.platform === 'win32' ? undefined : makers.find((file) => existsSync(file));
  if (mkfifo === undefined) return null;
  const name = path.join(folder, 'output');
  await promisify(execFile)(mkfifo, ['-m', '600', name], { env: {} });
  // The reading end first and without waiting; then opening the writing end does not wait either.
  const readFd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  let writeFd: number;
  try {
    writeFd = openSync(name, constants.O_WRONLY);
  } catch (error) {
    closeSync(readFd);
    throw error;
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
