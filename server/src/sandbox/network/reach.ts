import type { AddressKind } from '../../base/addresses.ts';
import type { Reach } from './networkRule.ts';

/** Whether an address of this kind lies within the reach that an allowed host has. */
export function isWithin(kind: AddressKind, reach: Reach): boolean {
  if (kind === 'never') return false;
  // A host that is called this machine must be this machine, whatever the resolver says of it.
  return kind === reach || (kind === 'public' && reach === 'private');
}
