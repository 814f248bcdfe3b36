/** What the verbs of `loki audit` are given. */
export interface AuditCommandDeps {
  /** The folder of a workspace's audit log, as its configuration says. Must not create it. */
  readonly auditFolderOf: (workspace: string, env: NodeJS.ProcessEnv) => string | Promise<string>;
}
