import path from 'node:path';
import { makeAuditCommand } from '../../../server/src/cli/audit/auditCommand.ts';
import type { AuditCommandDeps } from '../../../server/src/cli/audit/deps.ts';
import { openExport } from '../../../server/src/cli/audit/openExport.ts';
import type { CliContext } from '../../../server/src/cli/command.ts';

const deps: AuditCommandDeps = {
  auditFolderOf: (workspace) => path.join(workspace, 'audit'),
  version: '1.2.3',
  openExport,
};

export interface Ran {
  readonly code: number;
  readonly printed: string;
  readonly told: string;
}

/** Runs `loki audit …` in a workspace whose log is in its folder `audit`. */
export async function runAudit(
  workspace: string,
  args: readonly string[],
  change: Partial<CliContext> = {},
): Promise<Ran> {
  let printed = '';
  let told = '';
  const ctx: CliContext = {
    env: {},
    cwd: workspace,
    stdin: process.stdin,
    print: (text) => {
      printed += text;
    },
    tell: (text) => {
      told += text;
    },
    isInteractive: false,
    printsToTerminal: false,
    signal: new AbortController().signal,
    ...change,
  };
  const code = await makeAuditCommand(deps).run(args, ctx);
  return { code, printed, told };
}
