import type { AuditLog } from '../../audit/log.ts';
import type { ExportTarget } from './export.ts';
import type { Anchored } from '../../audit/anchor/anchorNow.ts';
import type { AnchorWish } from '../../runs/anchorByHand.ts';

/** What the verbs of `loki audit` are given. */
export interface AuditCommandDeps {
  /** The folder of a workspace's audit log, as its configuration says. Must not create it. */
  readonly auditFolderOf: (workspace: string, env: NodeJS.ProcessEnv) => string | Promise<string>;
  /** Loki's own version, for exports. */
  readonly version: string;
  /** Opens the file that a person names for an export; one in the folder of the log is a `usage` failure. */
  readonly openExport: (name: string, cwd: string, auditFolder: string) => Promise<ExportTarget>;
  /** Opens the writer of a workspace's log. */
  readonly openLog: (workspace: string, env: NodeJS.ProcessEnv) => Promise<AuditLog>;
  /** Who sits at this machine, as recorded. */
  readonly person: string;
  /** Records that a person knows of a log that is gone. */
  readonly acknowledgeLoss: (workspace: string, reason: string) => Promise<{ readonly seq: number }>;
  /** Makes a new key for the checkpoints; `keys` is how many there are now. */
  readonly rotateSigningKey: () => Promise<{ readonly protection: 'keychain' | 'file'; readonly keys: number }>;
  /** Puts the state of a workspace's log into the places that are configured; null where there is no log. */
  readonly anchor: (wish: AnchorWish, signal: AbortSignal) => Promise<Anchored | null>;
}
