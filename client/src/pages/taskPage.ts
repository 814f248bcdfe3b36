import * as vscode from 'vscode';
import { fromTaskPage, type FromTaskPage, type ToTaskPage } from '#protocol/page';
import type { NumberedEvent } from '#protocol/task';
import { visibleLine } from '#protocol/visible';
import { later } from '../later.ts';
import { stoppingBudget } from '../raisableLimit.ts';
import { openPlace } from './openPlace.ts';
import type { Fill, PageDeps, Pages } from './pages.ts';
import { fillPanel, postTo } from './panel.ts';

type Deed = Extract<FromTaskPage, { type: 'run' }>['deed'];

/** The page of one run: a snapshot when it is ready, then what came since. */
export function fillTaskPage(workspace: string, runId: string): Fill {
  return (panel, deps, pages) => {
    const { runs, log, extension, readMeter } = deps;
    // What the page has: the first event tells one numbering from another, the last where to go on.
    let first: NumberedEvent | undefined;
    let last = 0;
    let isReady = false;

    const post = async (wantsAll: boolean): Promise<void> => {
      const meter = await readMeter(workspace);
      const run = runs.get(runId);
      if (run === null || !isReady || !panel.visible) return;
      const { summary, events } = run;
      panel.title = `Task: ${visibleLine(summary.task, 40)}`;
      const approvals = runs.approvals().filter((request) => request.runId === runId);
      const isOther = events[0] !== first || (events.at(-1)?.number ?? 0) < last;
      const isAll = wantsAll || isOther;
      const told = isAll ? events : events.filter(({ number }) => number > last);
      first = events[0];
      last = events.at(-1)?.number ?? 0;
      const news = { summary, events: [...told], approvals, meter };
      const message: ToTaskPage = isAll ? { type: 'state', ...news } : { type: 'changed', ...news };
      await postTo(panel, message);
    };
    const soon = later(100, () => {
      post(false).catch((error: unknown) => log.warn(`The task page could not be told: ${String(error)}`));
    });
    const take = async (message: FromTaskPage): Promise<void> => {
      switch (message.type) {
        case 'ready':
          isReady = true;
          await runs.follow(runId).catch((error: unknown) => log.warn(String(error)));
          return await post(true);
        case 'open':
          return await openPlace(workspace, message.path, message.line);
        case 'raise': {
          const run = runs.get(runId);
          const budget = run === null ? null : stoppingBudget(run);
          await vscode.commands.executeCommand('loki.raiseCostLimit', budget, workspace, runId);
          return;
        }
        case 'run':
          return await doDeed(message.deed, workspace, runId, deps, pages);
        case 'answer': {
          const isOpen = runs
            .approvals()
            .some((request) => request.runId === runId && request.approvalId === message.approvalId);
          if (!isOpen) log.warn('The task page answered a request that is not open; the answer was dropped');
          else {
            const { approvalId, outcome, scope, why } = message;
            await deps.answer({ approvalId, outcome, scope, why });
          }
          return;
        }
        default:
          return message satisfies never;
      }
    };
    fillPanel(panel, { name: 'task', extensionUri: extension.extensionUri, log, incoming: fromTaskPage, take });
    return vscode.Disposable.from(
      soon,
      runs.onChange((change) => {
        if (change.runId === null || change.runId === runId) soon();
      }),
    );
  };
}

async function doDeed(deed: Deed, workspace: string, runId: string, deps: PageDeps, pages: Pages): Promise<void> {
  switch (deed) {
    case 'showAudit':
      return pages.showAudit(workspace);
    case 'showGates':
      return pages.showGates(workspace);
    case 'showLog':
      return deps.log.show(true);
    default:
      await vscode.commands.executeCommand(commandOf[deed], { runId });
  }
}

const commandOf = {
  cancel: 'loki.cancelTask',
  accept: 'loki.acceptResult',
  discard: 'loki.discardResult',
  resume: 'loki.resumeTask',
  showChanges: 'loki.showChanges',
} as const;
