import * as z from 'zod/mini';

// The pages' content security policy refuses code made from strings, and zod probes for it while schemas are made. So this
// file is imported before any of them.
z.config({ jitless: true });
