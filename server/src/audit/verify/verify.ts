import { read } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { verifying, type Read, type Verified, type VerifyOptions } from './verifying.ts';

/**
 * Checks the log in a folder: every byte against the format, every line against the one before it, and all of it against
 * the signed checkpoints, what this machine remembers, and the anchors that it is given. Never writes, and needs no more
 * memory for a large log than for a small one. Rejects with the reason of an abort, soon after it.
 */
export async function verifyAuditLog(
  folder: string,
  options: VerifyOptions = {},
  signal?: AbortSignal,
): Promise<Verified> {
  const steps = verifying(folder, options);
  let reading: Promise<number> | null = null;
  let step = steps.next();
  try {
    while (step.done !== true) {
      signal?.throwIfAborted();
      let answer = 0;
      if (step.value.kind === 'begin') reading = readInto(step.value.read);
      else if (step.value.kind === 'end') answer = (await reading) ?? 0;
      else await wait(step.value.ms);
      step = steps.next(answer);
    }
    return step.value;
  } finally {
    // Where something failed, what is open must be closed, but never under a read.
    await reading?.catch(() => 0);
    if (step.done !== true) steps.return({ kind: 'absent' });
  }
}

const readFrom = promisify(read);

async function readInto({ descriptor, into, position }: Read): Promise<number> {
  return (await readFrom(descriptor, into, 0, into.length, position)).bytesRead;
}
