// Something read from a file or a message.
import type { Permit } from '../../../../server/src/policy/permit.ts';

declare const message: unknown;

export const forged: Permit = message;
