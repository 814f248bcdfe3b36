import { readSync } from 'node:fs';
import { verifying, type Read, type Verified, type VerifyOptions } from './verifying.ts';

/** `verifyAuditLog` for those who cannot wait: the library and the verifier that stands alone. Never writes. */
export function verifyAuditLogSync(folder: string, options: VerifyOptions = {}): Verified {
  const steps = verifying(folder, options);
  let reading: Read | null = null;
  let step = steps.next();
  try {
    while (step.done !== true) {
      let answer = 0;
      if (step.value.kind === 'begin') reading = step.value.read;
      else if (step.value.kind === 'end') answer = reading === null ? 0 : readNow(reading);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, step.value.ms);
      step = steps.next(answer);
    }
    return step.value;
  } finally {
    // Where a read failed, what is open must be closed.
    if (step.done !== true) steps.return({ kind: 'absent' });
  }
}

function readNow({ descriptor, into, position }: Read): number {
  return readSync(descriptor, into, 0, into.length, position);
}
