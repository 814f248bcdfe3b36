import { invariant } from '../base/invariant.ts';
import type { Permit } from '../policy/permit.ts';

/** Marks permits as used: a permit covers one effect, and spending it again is a bug that stops the run. */
export function createSpender(): (permit: Permit) => void {
  const spent = new WeakSet<Permit>();
  return (permit) => {
    invariant(!spent.has(permit), 'a permit is spent once');
    spent.add(permit);
  };
}
