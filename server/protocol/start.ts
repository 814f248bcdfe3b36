import * as z from 'zod/mini';

/** What the client says when it starts the sidecar, as `initializationOptions`. */
export const startOptions = z.strictObject({
  /**
   * Whether the user trusts what is open. Without trust the sidecar shows what is recorded and starts nothing; when trust
   * is given, the client starts the sidecar anew.
   */
  isTrusted: z.boolean(),
});
export type StartOptions = Readonly<z.infer<typeof startOptions>>;
