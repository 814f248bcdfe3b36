import { unwatchFile, watchFile } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver/node';
import type { Finding } from '#protocol/gate';
import type { RunEvent } from '#protocol/run';
import { listRuns, readRun } from '../runs/runStore.ts';
import { redactSync } from '../scan/redact.ts';
import type { DiagnosticBoard } from './diagnosticBoard.ts';
import type { Log } from './log.ts';
import { fileFor, follow, place, type Placed } from './findingPlace.ts';
import { openFindings } from './openFindings.ts';

/** What a diagnostic of a finding carries for its code actions. */
export interface FindingReference {
  readonly findingId: string;
  readonly runId: string;
  readonly workspace: string;
}

/**
 * The findings of a workspace's latest run as diagnostics: on the user's file while it holds what the finding was made
 * on, else on the worktree's file; nowhere when neither does.
 */
export interface FindingDiagnostics {
  /** A run of this process has told something. */
  took(workspace: string, runId: string, event: RunEvent): void;
  /** Shows what the latest run that is kept has found: after a start of the sidecar. */
  restore(workspace: string): Promise<void>;
  /** The user's branch has the work now: findings move to the user's files for good. */
  accepted(workspace: string, runId: string): Promise<void>;
  discarded(workspace: string, runId: string): void;
  /** The user's files may have changed. */
  recheck(workspace: string): Promise<void>;
  close(): void;
}

interface Shown {
  readonly runId: string;
  /** Null once the run's work was accepted: then there is only the user's file. */
  worktree: string | null;
  placed: readonly Placed[];
  turn: Promise<void>;
}

const lookEveryMs = 1000;

export function createFindingDiagnostics(board: DiagnosticBoard, log: Log): FindingDiagnostics {
  const shown = new Map<string, Shown>();
  const watched = new Map<string, () => void>();

  const publish = async (workspace: string): Promise<void> => {
    const state = shown.get(workspace);
    const files = new Map<string, Diagnostic[]>();
    for (const placed of state?.placed ?? []) {
      const file = await fileFor(workspace, state?.worktree ?? null, placed);
      if (file === null || state === undefined) continue;
      const uri = pathToFileURL(file).href;
      const reference = { findingId: placed.finding.id, runId: state.runId, workspace };
      files.set(uri, [...(files.get(uri) ?? []), diagnosticOf(placed, reference)]);
    }
    board.put(`findings in ${workspace}`, files);
  };

  const watch = (): void => {
    const wanted = new Map<string, string>();
    for (const [workspace, { placed }] of shown) {
      for (const { path: name } of placed) wanted.set(path.join(workspace, name), workspace);
    }
    for (const [file, stop] of watched) {
      if (wanted.has(file)) continue;
      stop();
      watched.delete(file);
    }
    for (const [file, workspace] of wanted) {
      if (watched.has(file)) continue;
      const changed = (): void => inTurn(workspace, async () => await publish(workspace));
      watchFile(file, { interval: lookEveryMs, persistent: false }, changed);
      watched.set(file, () => unwatchFile(file, changed));
    }
  };

  const inTurn = (workspace: string, work: () => Promise<void>): void => {
    const state = shown.get(workspace);
    if (state === undefined) return;
    state.turn = state.turn.then(work).catch((error: unknown) => log.error('Findings could not be shown', error));
  };

  const show = async (workspace: string, runId: string, findings: readonly Finding[]): Promise<void> => {
    const state = shown.get(workspace);
    if (state?.runId !== runId) return;
    state.worktree ??= (await readRun(workspace, runId)).worktree?.workspace ?? null;
    const known = new Map(state.placed.map((placed) => [placed.finding.id, placed]));
    const placed: Placed[] = [];
    for (const finding of findings) {
      const at = known.get(finding.id) ?? (await place(state.worktree, finding));
      if (at !== null) placed.push(at);
    }
    state.placed = placed;
    watch();
    await publish(workspace);
  };

  const begin = (workspace: string, runId: string): void => {
    const before = shown.get(workspace);
    if (before?.runId === runId) return;
    shown.set(workspace, { runId, worktree: null, placed: [], turn: before?.turn ?? Promise.resolve() });
  };

  const seen = new Map<string, RunEvent[]>();
  return {
    took: (workspace, runId, event) => {
      if (event.type === 'started') {
        begin(workspace, runId);
        inTurn(workspace, async () => await show(workspace, runId, []));
      }
      if (!['phase', 'finding', 'gate', 'result'].includes(event.type)) return;
      const events = [...(seen.get(runId) ?? []), event];
      seen.set(runId, events);
      if (event.type === 'phase' && event.phase !== 'reflect') return;
      inTurn(workspace, async () => await show(workspace, runId, openFindings(events)));
      if (event.type === 'result') seen.delete(runId);
    },
    restore: async (workspace) => {
      if (shown.has(workspace)) return;
      const latest = (await listRuns(workspace))[0];
      if (latest === undefined || shown.has(workspace) || latest.result === null) return;
      if (latest.isDiscarded || latest.acceptedAs !== null) return;
      const { runId, result } = latest;
      begin(workspace, runId);
      inTurn(workspace, async () => await show(workspace, runId, openFindings([result])));
      await shown.get(workspace)?.turn;
    },
    accepted: async (workspace, runId) => {
      const state = shown.get(workspace);
      if (state?.runId !== runId) return;
      inTurn(workspace, async () => {
        const moved: Placed[] = [];
        for (const placed of state.placed) {
          const now = await follow(workspace, placed);
          if (now !== null) moved.push(now);
        }
        state.worktree = null;
        state.placed = moved;
        watch();
        await publish(workspace);
      });
      await state.turn;
    },
    discarded: (workspace, runId) => {
      if (shown.get(workspace)?.runId !== runId) return;
      inTurn(workspace, async () => {
        shown.delete(workspace);
        watch();
        await publish(workspace);
      });
    },
    recheck: async (workspace) => {
      inTurn(workspace, async () => await publish(workspace));
      await shown.get(workspace)?.turn;
    },
    close: () => {
      for (const stop of watched.values()) stop();
      watched.clear();
    },
  };
}

function diagnosticOf({ finding, line, lineText }: Placed, data: FindingReference): Diagnostic {
  const start = lineText.length - lineText.trimStart().length;
  return {
    range: {
      start: { line: line - 1, character: start },
      end: { line: line - 1, character: Math.max(start, lineText.trimEnd().length) },
    },
    severity: severities[finding.severity],
    source: 'loki',
    code: finding.rule,
    message: redactSync(finding.message),
    data,
  };
}

const severities = {
  high: DiagnosticSeverity.Error,
  medium: DiagnosticSeverity.Warning,
  low: DiagnosticSeverity.Information,
} as const;
