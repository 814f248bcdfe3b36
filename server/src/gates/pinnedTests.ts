import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from '#protocol/gate';
import { fileChanges, filesAt } from '../workspace/changes.ts';
import type { Worktree } from '../workspace/worktree.ts';
import { findingOf } from './gate.ts';
import { filesAtStart } from './testCommand.ts';
import { findTestDefinition, type ProjectFiles, type TestDefinition } from './testDefinition.ts';

export type PinnedTests =
  | {
      readonly kind: 'run';
      readonly command: string;
      /** Whether the runner is one that always says how many tests it ran. */
      readonly countsTests: boolean;
      readonly findings: readonly Finding[];
    }
  | { readonly kind: 'unknown'; readonly reason: string; readonly findings: readonly Finding[] };

/**
 * Decides what the tests gate runs. The definition is the one the run started with: a run that changes how tests are
 * run does not thereby change what it is measured by.
 */
export async function pinTests(
  worktree: Worktree,
  configured: string | null,
  signal: AbortSignal,
): Promise<PinnedTests> {
  const atStart = await findTestDefinition(await filesAtStart(worktree, signal), configured);
  const now = await findTestDefinition(await filesNow(worktree, signal), configured);
  if (atStart === null) {
    const said =
      now === null
        ? 'nothing says how the tests are run'
        : `the tests (${now.command}) came with this run, so nothing pins them`;
    return { kind: 'unknown', reason: `${said}; set gates.test_command in .loki/config.yaml`, findings: [] };
  }
  const { command, standalone, file } = atStart;
  const countsTests = alwaysCounts([command, ...atStart.definition.values()].join('\n'));
  const changed = changedParts(atStart, now);
  if (changed.length === 0) return { kind: 'run', command, countsTests, findings: [] };

  const what = changed.join(', ');
  const report = (message: string): readonly Finding[] => [
    findingOf({ source: 'tests', rule: 'definition-changed', severity: 'medium', message, path: null, line: null }),
  ];
  if (changed.every((part) => !/^(?:script|program) /.test(part) && part !== 'command')) {
    const message = `the run changed ${what}, which decides which tests run: look at it`;
    return { kind: 'run', command, countsTests, findings: report(message) };
  }
  // The definition of before would run the program of now.
  if (standalone !== null && !changed.some((part) => part.startsWith('program '))) {
    const message = `the run changed how tests are run (${file}: ${what}); what it was before was run`;
    return { kind: 'run', command: standalone, countsTests, findings: report(message) };
  }
  const reason = `the run changed how tests are run (${file}: ${what}), so their result would prove nothing`;
  return { kind: 'unknown', reason: `${reason}; look at the change`, findings: report(reason) };
}

/** Runners whose summary is known, unless they were told to write something else or to be silent. */
function alwaysCounts(definition: string): boolean {
  const isKnown = /\b(?:vitest|jest|mocha|pytest)\b|\bnode\b.* --test\b/.test(definition);
  return isKnown && !/reporter|\s-R\b|\s-qq|--quiet|--silent|--json|[|>]/.test(definition);
}

/** What differs in the definition, by the names people know; empty when the same thing would be run. */
function changedParts(before: TestDefinition | null, now: TestDefinition | null): readonly string[] {
  if (before === null) return [];
  const after = now?.definition ?? new Map<string, string>();
  const names = new Set([...before.definition.keys(), ...after.keys()]);
  const changed = [...names].filter((name) => before.definition.get(name) !== after.get(name));
  return changed.length === 0 && now?.command !== before.command ? ['command'] : changed;
}

async function filesNow(worktree: Worktree, signal: AbortSignal): Promise<ProjectFiles> {
  const names = new Set(await filesAt(worktree, worktree.baseCommit, signal));
  for (const { path: name, status } of await fileChanges(worktree, { signal })) {
    if (status === 'deleted') names.delete(name);
    else names.add(name);
  }
  return {
    names: [...names],
    read: async (name) => await readFile(path.join(worktree.workspace, name), 'utf8').catch(() => null),
  };
}
