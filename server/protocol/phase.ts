import * as z from 'zod/mini';

/** The phases of a cycle, in their order. */
export const phase = z.enum(['reason', 'act', 'reflect', 'verify']);
export type Phase = z.infer<typeof phase>;
