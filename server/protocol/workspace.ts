import * as z from 'zod/mini';
import { serverNotification, clientRequest } from './message.ts';
import { failure } from './failure.ts';
import { confinement } from './run.ts';

/** A folder of the editor that runs can work in, as an absolute path of the machine that the sidecar runs on. */
export const workspaceFolder = z.string().check(z.minLength(1), z.maxLength(4096));

/** What is known of a workspace before anything runs: what is missing is said here, not when a task fails. */
export const workspaceState = z.strictObject({
  workspace: workspaceFolder,
  /** A broken configuration, no repository, no commit: what to do, in words. Null when a task can start. */
  obstacle: z.nullable(failure),
  confinement,
  profiles: z.array(z.string()),
  providers: z.array(
    z.strictObject({
      name: z.string(),
      /** What makes it usable, or what is missing. */
      detail: z.string(),
      isReady: z.boolean(),
      /** A key is what it lacks, and all that a person could give it here. */
      lacksKey: z.boolean(),
      isSimulated: z.boolean(),
    }),
  ),
  defaultProvider: z.nullable(z.string()),
  defaultProfile: z.string(),
});
export type WorkspaceState = Readonly<z.infer<typeof workspaceState>>;

/** The client asks when a folder is opened or a task is about to be run; the server looks anew each time. */
export const workspaceRead = clientRequest(
  'loki/workspace/read',
  z.strictObject({ workspace: workspaceFolder }),
  workspaceState,
);

/** Told when a configuration file changed or was mended. */
export const workspaceChanged = serverNotification('loki/workspace/changed', workspaceState);
