import { projectPath } from '../cost/projectPath.ts';
import { expiredEntry } from './expiredEntry.ts';
import type { Rooms } from './openRooms.ts';
import { describeRestored, restoredEntry } from './restoredEntry.ts';
import { restoreLost } from './restoreLost.ts';
import { verifyWorkspace } from './verifyWorkspace.ts';
import type { Audience, World } from './world.ts';

export interface Reconciliation {
  readonly world: World;
  readonly rooms: Pick<Rooms, 'audit' | 'auditFolder' | 'ledger' | 'config'>;
  readonly workspace: string;
  readonly runId: string;
  readonly taskId: string;
  readonly tell: Audience['tell'];
}

/**
 * Before anything is spent: what the ledger has lost and the log still has is entered again, then what dead processes hold
 * is counted as spent. In this order, because the log may say what such a request really cost.
 */
export async function reconcileLedger(deps: Reconciliation): Promise<void> {
  const { world, rooms, workspace, runId, taskId, tell } = deps;
  const { audit, auditFolder, ledger, config } = rooms;
  const { lokiHome, person } = world;
  const ids = { runId, taskId };
  const restored = await restoreLost({
    ledger,
    auditFolder,
    taskId,
    owner: {
      project: projectPath(workspace),
      person,
      organisation: config.accounting.organisation ?? '',
      limits: config.cost,
    },
    isLogValid: async () => {
      const anchors = config.auditAnchors;
      const verified = await verifyWorkspace({ workspace, folder: auditFolder, lokiHome, anchors });
      return !('kind' in verified) && verified.valid;
    },
  });
  if (restored !== null) {
    await audit.append(restoredEntry(ids, restored));
    tell({ type: 'notice', level: 'warning', message: describeRestored(restored) });
  }
  const expired = ledger.expireDead();
  if (expired.calls > 0) await audit.append(expiredEntry(ids, expired));
}
