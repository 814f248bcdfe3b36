import { readSync } from 'node:fs';
import { verifying, type Verified, type VerifyOptions, type VerifyStep } from './verifying.ts';

/** `verifyAuditLog` for those who cannot wait: the library and the verifier that stands alone. Never writes. */
export function verifyAuditLogSync(folder: string, options: VerifyOptions = {}): Verified {
  const steps = verifying(folder, options);
  let step = steps.next();
  try {
    while (step.done !== true) step = steps.next(perform(step.value));
    return step.value;
  } finally {
    if (step.done !== true) steps.return({ kind: 'absent' });
  }
}

function perform(step: VerifyStep): number {
  if (step.kind === 'pause') {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, step.ms);
    return 0;
  }
  const { descriptor, into, position } = step;
  return readSync(descriptor, into, 0, into.length, position);
}
