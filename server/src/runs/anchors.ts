import path from 'node:path';
import type { AnchorDeps } from '../audit/anchor/anchorDeps.ts';
import type { Config } from '../config/config.ts';
import { pushAuditNote } from '../workspace/auditNotes.ts';
import type { World } from './world.ts';

/** What anchors of a workspace's audit log work with, but for the log that their entries go to. */
export function anchorDepsOf(
  { clock }: Pick<World, 'clock'>,
  workspace: string,
  { auditAnchors, auditFolder, policy }: Config,
): Omit<AnchorDeps, 'append'> {
  return {
    folder: path.join(workspace, auditFolder),
    settings: auditAnchors,
    clock,
    notes: { push: async (note, signal) => await pushAuditNote(workspace, note, signal) },
    isAirGapped: policy.residency.isAirGapped,
  };
}
