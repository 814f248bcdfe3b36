import * as z from 'zod/mini';
import { clientRequest } from './message.ts';
import { workspaceFolder } from './workspace.ts';

/**
 * Makes a copy of the bundled sample project, a repository of its own in a new folder. The client opens the folder and
 * starts the scenario there with `loki/run/start`, so that the demonstration takes the way every task takes.
 */
export const demoOpen = clientRequest(
  'loki/demo/open',
  z.strictObject({}),
  z.strictObject({
    workspace: workspaceFolder,
    task: z.string(),
    /** The name of the scenario that the demo provider plays for this task. */
    scenario: z.string(),
  }),
);
