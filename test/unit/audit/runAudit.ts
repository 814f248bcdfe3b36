import path from 'node:path';
import { makeAuditCommand } from '../../../server/src/cli/audit/auditCommand.ts';
import type { CliContext } from '../../../server/src/cli/command.ts';
import { auditDeps } from './auditDeps.ts';

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
    env: { LOKI_HOME: path.join(workspace, 'home') },
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
  const code = await makeAuditCommand(auditDeps).run(args, ctx);
  return { code, printed, told };
}
