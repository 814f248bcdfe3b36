import path from 'node:path';
import { makeAuditCommand } from '../../../server/src/cli/audit/auditCommand.ts';
import type { EraseDeps } from '../../../server/src/cli/audit/erase.ts';
import { openExport } from '../../../server/src/cli/audit/openExport.ts';
import type { CliContext } from '../../../server/src/cli/command.ts';
import { openLog } from './aLog.ts';

const folderOf = (workspace: string): string => path.join(workspace, 'audit');
const deps: EraseDeps = {
  auditFolderOf: folderOf,
  version: '1.2.3',
  openExport,
  openLog: async (workspace) => await Promise.resolve(openLog(folderOf(workspace), { commitPersonal: true })),
  person: 'os:officer',
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
