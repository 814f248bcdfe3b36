import { read } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { verifying, type Verified, type VerifyOptions, type VerifyStep } from './verifying.ts';

/**
 * Checks the log in a folder: every byte against the format, every line against the one before it, and all of it against
 * the signed checkpoints, what this machine remembers, and the anchors that it is given. Never writes, and needs no more
 * memory for a large log than for a small one.
 */
export async function verifyAuditLog(folder: string, options: VerifyOptions = {}): Promise<Verified> {
  const steps = verifying(folder, options);
  let step = steps.next();
  try {
    while (step.done !== true) step = steps.next(await perform(step.value));
    return step.value;
  } finally {
    // Where a read failed, what is open must be closed.
    if (step.done !== true) steps.return({ kind: 'absent' });
  }
}

const readFrom = promisify(read);

async function perform(step: VerifyStep): Promise<number> {
  if (step.kind === 'pause') {
    await wait(step.ms);
    return 0;
  }
  const { descriptor, into, position } = step;
  return (await readFrom(descriptor, into, 0, into.length, position)).bytesRead;
}
