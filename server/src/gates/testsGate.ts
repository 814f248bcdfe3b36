import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from '#protocol/gate';
import { count } from '../base/count.ts';
import type { CommandOutcome } from '../sandbox/confinement.ts';
import type { Worktree } from '../workspace/worktree.ts';
import { findingOf, inconclusive, type GateContext, type GateOutcome } from './gate.ts';
import { pinTests } from './pinnedTests.ts';
import { readTestReport } from './reports/readTestReport.ts';
import type { TestFailure, TestReport } from './reports/testReport.ts';

/**
 * Runs the project's tests. The exit code decides; the output only tells where. Whatever kept the tests from running
 * (nothing installed, no sandbox, a time-out, no test at all) is inconclusive: neither a pass nor the code's fault.
 */
export async function testsGate(ctx: GateContext, signal: AbortSignal): Promise<GateOutcome> {
  const pinned = await pinTests(ctx.worktree, ctx.testCommand, signal);
  if (pinned.kind === 'unknown') return inconclusive(null, pinned.reason, pinned.findings);
  const { command, countsTests, findings } = pinned;
  const outcome = await ctx.runCommand(command, signal);
  const judged = await judge(ctx.worktree, command, outcome);
  if (judged.status === 'passed' && countsTests && outcome.kind === 'exited') {
    // The tested code may end the runner's own process, with any exit code it likes, before anything was checked.
    if (readTestReport(outcome.output).counts === null) {
      const why = 'the test runner ended without saying which tests it ran';
      return { ...inconclusive(command, why, findings), exitCode: outcome.exitCode };
    }
  }
  return { ...judged, findings: [...judged.findings, ...findings] };
}

async function judge(worktree: Worktree, command: string, outcome: CommandOutcome): Promise<GateOutcome> {
  switch (outcome.kind) {
    case 'not_started':
      return inconclusive(command, `the tests were not started: ${outcome.reason}`);
    case 'timed_out':
      return inconclusive(command, `the tests did not end within ${Math.round(outcome.durationMs / 1000)} s`);
    case 'cancelled':
      return inconclusive(command, 'cancelled');
    case 'exited':
      break;
  }
  return await judgeExit(worktree, command, outcome.exitCode, outcome.output);
}

async function judgeExit(worktree: Worktree, command: string, exitCode: number, output: string): Promise<GateOutcome> {
  const report = readTestReport(output);
  const undecided = (summary: string): GateOutcome => ({ ...inconclusive(command, summary), exitCode });
  if (exitCode !== 0) {
    const absent = await notInstalled(worktree, exitCode, output, report);
    if (absent !== null)
      return undecided(`not installed: ${absent}; install the dependencies, then run the gates again`);
  }
  const { counts } = report;
  if (counts?.run === 0 && counts.failed === 0) {
    return undecided(counts.skipped > 0 ? 'every test was skipped' : 'no test was run');
  }
  if (exitCode === 0) {
    const summary = counts === null ? `${command} succeeded` : `${count(counts.run, 'test')} passed`;
    return { status: 'passed', command, exitCode, findings: [], summary };
  }
  const findings = failureFindings(worktree, report.failures);
  const summary =
    counts === null || counts.failed === 0
      ? `${command} failed with exit code ${exitCode}`
      : `${counts.failed} of ${count(counts.run, 'test')} failed`;
  const found = findings.length > 0 ? findings : [wholeFailure(command, exitCode, output)];
  return { status: 'failed', command, exitCode, findings: found, summary };
}

/** The name of what is not there, checked on the disk: a test that merely prints such words changes nothing. */
async function notInstalled(
  { root, path: top, workspace }: Worktree,
  exitCode: number,
  output: string,
  { counts }: TestReport,
): Promise<string | null> {
  if (exitCode === 127 && counts === null) {
    return /(\S+): (?:command )?not found/.exec(output)?.[1]?.replace(/:$/, '') ?? 'a program that the tests need';
  }
  const python = /No module named '?(pytest)'?\s*$/m.exec(output)?.[1];
  if (python !== undefined && counts === null) return python;
  const missing = /Cannot find (?:package|module) '((?:@[\w.-]+\/)?[A-Za-z][\w.-]*)/.exec(output)?.[1];
  if (missing === undefined || !(await isDeclared(workspace, missing))) return null;
  for (const folder of [workspace, top, root]) {
    if (await exists(path.join(folder, 'node_modules', missing))) return null;
  }
  return missing;
}

/** A package that nobody asked for is the code's fault; one that package.json asks for only has to be installed. */
async function isDeclared(workspace: string, name: string): Promise<boolean> {
  const text = await readFile(path.join(workspace, 'package.json'), 'utf8').catch(() => '');
  return text.includes(`${JSON.stringify(name)}:`) || new RegExp(`"${name.replaceAll('.', '\\.')}"\\s*:`).test(text);
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

/** So many failures say what there is to say, each in so many characters. */
const maxFindings = 50;
const maxMessage = 2000;

function failureFindings(worktree: Worktree, failures: readonly TestFailure[]): Finding[] {
  return failures.slice(0, maxFindings).map(({ name, message, path: printed, line }) => {
    const file = printed === null ? null : placeInWorkspace(worktree.workspace, printed);
    const words = `${name}: ${message}`.slice(0, maxMessage);
    const place = { path: file, line: file === null ? null : line };
    return findingOf({ source: 'tests', rule: 'failed', severity: 'high', message: words, ...place });
  });
}

function wholeFailure(command: string, exitCode: number, output: string): Finding {
  const last = output.trimEnd().split('\n').slice(-3).join(' ').slice(0, 300);
  const message = `${command} failed with exit code ${exitCode}: ${last}`;
  return findingOf({ source: 'tests', rule: 'failed', severity: 'high', message, path: null, line: null });
}

/** A printed path as the workspace sees it; null when it lies elsewhere. */
function placeInWorkspace(workspace: string, printed: string): string | null {
  const relative = path.relative(workspace, path.resolve(workspace, printed));
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative)
    ? null
    : relative.split(path.sep).join('/');
}
