// A literal that is called a permit although a member is missing. With all members the compiler agrees: see the rule noPermitCasts.
import type { Permit } from '../../../../server/src/policy/permit.ts';

export const forged = { isPermit: true } as Permit;
