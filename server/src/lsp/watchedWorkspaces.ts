import path from 'node:path';
import type { ConfigDiagnostics } from './configDiagnostics.ts';
import type { FindingDiagnostics } from './findingDiagnostics.ts';
import type { Log } from './log.ts';

/** The folders that the client has shown interest in, and what is looked after in each of them. */
export interface WatchedWorkspaces {
  /** Looks at the folder's configuration anew, and from now on whenever it changes. */
  notice(workspace: string): void;
  /** These files have changed on disk. */
  changed(files: readonly string[]): void;
  /** Something that all of them depend on has changed. */
  tellAll(): void;
}

export interface WatchedDeps {
  readonly configuration: ConfigDiagnostics;
  readonly findings: FindingDiagnostics;
  readonly tellState: (workspace: string) => Promise<void>;
  readonly log: Log;
}

export function createWatchedWorkspaces({ configuration, findings, tellState, log }: WatchedDeps): WatchedWorkspaces {
  const known = new Set<string>();
  const report = (error: unknown): void => log.error('A workspace could not be looked at', error);
  return {
    notice: (workspace) => {
      known.add(workspace);
      configuration.refresh(workspace).catch(report);
      findings.restore(workspace).catch(report);
    },
    changed: (files) => {
      for (const workspace of known) {
        if (!files.some((file) => isConfiguration(workspace, file))) continue;
        configuration.refresh(workspace).catch(report);
        tellState(workspace).catch(report);
      }
      for (const workspace of known) findings.recheck(workspace).catch(report);
    },
    tellAll: () => {
      for (const workspace of known) tellState(workspace).catch(report);
    },
  };
}

/** Configuration, policies and gate profiles; the state of runs under `.loki/` changes all the time and is none. */
function isConfiguration(workspace: string, file: string): boolean {
  const [first = '', second, third] = path.relative(path.join(workspace, '.loki'), file).split(path.sep);
  if (second === undefined) return /^(config|policies)\.\w+$/.test(first);
  return first === 'gates' && third === undefined;
}
