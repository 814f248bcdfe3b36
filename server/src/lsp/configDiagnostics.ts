import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver/node';
import { Failure } from '../base/failure.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { problemsOf, type Problem } from '../config/problem.ts';
import type { World } from '../runs/world.ts';
import type { DiagnosticBoard } from './diagnosticBoard.ts';

/** Says at its place what is wrong with a workspace's configuration, until it is mended. */
export interface ConfigDiagnostics {
  refresh(workspace: string): Promise<void>;
}

export function createConfigDiagnostics({ env, lokiHome }: World, board: DiagnosticBoard): ConfigDiagnostics {
  return {
    refresh: async (workspace) => {
      const files = new Map<string, Diagnostic[]>();
      try {
        await loadConfig({ workspace, env, lokiHome });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        for (const problem of problemsOf(error)) {
          const place = placeOf(problem, workspace);
          if (place === null) continue;
          const uri = pathToFileURL(place.file).href;
          files.set(uri, [...(files.get(uri) ?? []), diagnosticAt(place, problem.message)]);
        }
      }
      board.put(`configuration of ${workspace}`, files);
    },
  };
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A problem of the environment has no place in a file: it is told when a task is started. */
function placeOf({ where }: Problem, workspace: string): Place | null {
  const [, name = where, line = '1', column = '1'] = /^(.*?):(\d+):(\d+)$/.exec(where) ?? [];
  if (!/[/\\]/.test(name)) return null;
  return { file: path.resolve(workspace, name), line: Number(line), column: Number(column) };
}

function diagnosticAt({ line, column }: Place, message: string): Diagnostic {
  const start = { line: Math.max(0, line - 1), character: Math.max(0, column - 1) };
  // An empty range at a place: the editor marks the word there.
  return { range: { start, end: start }, severity: DiagnosticSeverity.Error, source: 'loki', code: 'config', message };
}
