import type { AuditLog, AuditRecord } from '../log.ts';
import type { AnchorDeps } from './anchorDeps.ts';
import { createAnchoring } from './createAnchoring.ts';
import { hasAnchors } from './settings.ts';

/**
 * A log whose checkpoints are anchored while it is written, and once more when it is closed: then the last checkpoint is
 * made first, and what came of its anchors is written by a writer of its own. `open` opens the log.
 */
export function anchoredLog(open: () => AuditLog, deps: Omit<AnchorDeps, 'append'>): AuditLog {
  const log = open();
  if (!hasAnchors(deps.settings)) return log;
  let late: AuditLog | null = null;
  let isClosed = false;
  const append = async (record: AuditRecord): Promise<void> => {
    if (isClosed) late ??= open();
    await (late ?? log).append(record);
  };
  const anchoring = createAnchoring({ ...deps, append });
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    isClosed = true;
    await log.close();
    await anchoring.finish();
    await late?.close();
  };
  return {
    append: async (record) => {
      const entry = await log.append(record);
      anchoring.afterCheckpoint();
      return entry;
    },
    close: async () => {
      closing ??= close();
      await closing;
    },
  };
}
