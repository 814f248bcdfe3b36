// A permit for one kind of action, where another kind is demanded.
import type { ActionOf } from '#protocol/action';
import type { Permit } from '../../../../server/src/policy/permit.ts';

declare const toRead: Permit<ActionOf<'file_read'>>;

export const forged: Permit<ActionOf<'command'>> = toRead;
