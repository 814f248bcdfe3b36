// The type, used as the class.
import type { Permit } from '../../../../server/src/policy/permit.ts';

export const forged = new Permit();
