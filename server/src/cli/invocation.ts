import path from 'node:path';
import type { CliContext } from './command.ts';
import type { Invocation } from './progress.ts';

/** Spells commands so that they can be pasted: as `loki`, or as `node dist/cli.js` where it was started that way. */
export function invocationFor(ctx: Pick<CliContext, 'cwd'>, script: string | undefined, workspace: string): Invocation {
  const isPlain = script === undefined || path.extname(script) === '';
  const program = isPlain ? 'loki' : `node ${quote(path.relative(ctx.cwd, script))}`;
  const isHere = path.resolve(workspace) === path.resolve(ctx.cwd);
  return {
    loki: (command) => `${program} ${command}${isHere ? '' : ` --workspace ${quote(workspace)}`}`,
    git: (command) => `git ${isHere ? '' : `-C ${quote(workspace)} `}${command}`,
  };
}

function quote(text: string): string {
  return /^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
