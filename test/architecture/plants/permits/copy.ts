// A copy of a real permit.
import type { Permit } from '../../../../server/src/policy/permit.ts';

declare const real: Permit;

export const forged: Permit = { ...real };
