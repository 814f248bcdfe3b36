import * as z from 'zod/mini';
import type { Client, Command } from '../client.ts';

const named = z.object({ runId: z.string() });

/** A click on an action of the Tasks view: the task's page. */
export function showAction({ runs, pages }: Client): Command {
  return {
    id: 'loki.showAction',
    run: (argument) => {
      const parsed = z.safeParse(named, argument);
      const run = parsed.success ? runs.get(parsed.data.runId) : null;
      if (run !== null) pages.showTask(run.summary.workspace, run.summary.runId);
    },
  };
}

/** A click on an entry of the Audit view: the audit page. */
export function showEntry({ workspaces, pages }: Client): Command {
  return {
    id: 'loki.showEntry',
    run: () => {
      const folder = workspaces.current();
      if (folder !== null) pages.showAudit(folder.uri.fsPath);
    },
  };
}
