import path from 'node:path';
import type { CliContext } from './command.ts';
import type { Invocation } from './nextSteps.ts';

/** Spells commands so that they can be pasted: as `loki`, or as `node dist/cli.js` where it was started that way. */
export function invocationFor({ cwd, env }: Pick<CliContext, 'cwd' | 'env'>, workspace: string): Invocation {
  // Where the launcher started the program again, only it knows the name that the person typed.
  const script = env['LOKI_INVOKED_AS'] ?? process.argv[1];
  const isPlain = script === undefined || path.extname(script) === '';
  const program = isPlain ? 'loki' : `node ${quote(path.relative(cwd, script))}`;
  const isHere = path.resolve(workspace) === path.resolve(cwd);
  return {
    loki: (command) => `${program} ${command}${isHere ? '' : ` --workspace ${quote(workspace)}`}`,
    git: (command) => `git ${isHere ? '' : `-C ${quote(workspace)} `}${command}`,
  };
}

function quote(text: string): string {
  return /^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
