// A permit for any action, where one kind is demanded.
import type { ActionOf } from '#protocol/action';
import type { Permit } from '../../../../server/src/policy/permit.ts';

declare const some: Permit;

export const forged: Permit<ActionOf<'command'>> = some;
