import { chooseRun } from '../chooseRun.ts';
import type { Client, Command } from '../client.ts';

/** `Loki: Show Task`: the page of a task, the one under way first. */
export function showTask(client: Client): Command {
  return {
    id: 'loki.showTask',
    run: async (argument) => {
      const run = await chooseRun(client, argument, () => true, 'no task has run in this folder yet');
      if (run === null) return;
      client.workspaces.focus(run.workspace);
      client.pages.showTask(run.workspace, run.runId);
    },
  };
}
