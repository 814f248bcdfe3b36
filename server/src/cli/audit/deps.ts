import type { ExportTarget } from './export.ts';

/** What the verbs of `loki audit` are given. */
export interface AuditCommandDeps {
  /** The folder of a workspace's audit log, as its configuration says. Must not create it. */
  readonly auditFolderOf: (workspace: string, env: NodeJS.ProcessEnv) => string | Promise<string>;
  /** Loki's own version, for exports. */
  readonly version: string;
  /** Opens the file that a person names for an export; one in the folder of the log is a `usage` failure. */
  readonly openExport: (name: string, cwd: string, auditFolder: string) => Promise<ExportTarget>;
}
