// Another action in a real permit.
import type { Action } from '#protocol/action';
import type { Permit } from '../../../../server/src/policy/permit.ts';

declare const real: Permit;
declare const other: Action;

real.action = other;
