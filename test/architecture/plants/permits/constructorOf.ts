// The class of a real permit, through its prototype.
import type { Permit } from '../../../../server/src/policy/permit.ts';

declare const real: Permit;

export const forged: Permit = new real.constructor(Symbol('permit'), real.action, '', '', real.runId);
