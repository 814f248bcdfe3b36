import { verifyHere } from '../audit/verify/verifyHere.ts';
import type { Verified } from '../audit/verify/verifying.ts';
import { Failure } from '../base/failure.ts';
import { projectPath } from '../cost/projectPath.ts';
import { expiredEntry } from './expiredEntry.ts';
import type { Rooms } from './openRooms.ts';
import { describeRestored, restoredEntry } from './restoredEntry.ts';
import { restoreLost, type Restored } from './restoreLost.ts';
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
  const { world, rooms, workspace, taskId } = deps;
  const { audit, auditFolder, ledger, config } = rooms;
  const { lokiHome } = world;
  const anchors = config.auditAnchors;
  const project = projectPath(workspace);
  const own = await restoreLost({
    ledger,
    auditFolder,
    taskId,
    owner: ownerOf(deps, project),
    isLogValid: async () => isValid(await verifyWorkspace({ workspace, folder: auditFolder, lokiHome, anchors })),
  });
  await note(deps, own, null);
  await restoreOthers(deps, own !== null);
  const expired = ledger.expireDead();
  if (expired.calls > 0) await audit.append(expiredEntry(deps, expired));
}

/**
 * The day and the month are those of all workspaces. What took something from this one may have taken from each, and so
 * may a power loss, of which a new boot is the sign.
 */
async function restoreOthers(deps: Reconciliation, hasLost: boolean): Promise<void> {
  const { world, rooms, tell } = deps;
  const { ledger, auditFolder } = rooms;
  const { lokiHome } = world;
  const known = ledger.restoration.logs().filter(({ log }) => log !== projectPath(auditFolder));
  for (const { log, project } of known.filter(({ isOfThisBoot }) => hasLost || !isOfThisBoot)) {
    const verify = async () => await verifyHere({ folder: log, lokiHome, witnessKey: null, readNotes: null });
    try {
      const mine = ownerOf(deps, project);
      const owner = { ...mine, organisation: ledger.restoration.organisationOf(project) ?? mine.organisation };
      const isLogValid = async () => isValid(await verify());
      await note(deps, await restoreLost({ ledger, auditFolder: log, taskId: null, owner, isLogValid }), log);
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'ledger_unusable') throw error;
      const message = `What the ledger may have lost of ${project} is not counted again: ${error.message}`;
      tell({ type: 'notice', level: 'warning', message });
    }
  }
}

function ownerOf({ world, rooms: { config } }: Reconciliation, project: string) {
  return { project, person: world.person, organisation: config.accounting.organisation ?? '', limits: config.cost };
}

async function note(deps: Reconciliation, restored: Restored | null, log: string | null): Promise<void> {
  if (restored === null) return;
  await deps.rooms.audit.append(restoredEntry(deps, restored, log));
  deps.tell({ type: 'notice', level: 'warning', message: describeRestored(restored, log) });
}

function isValid(verified: Verified): boolean {
  return !('kind' in verified) && verified.valid;
}
