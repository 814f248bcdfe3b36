import { invariant } from '../base/invariant.ts';
import { isPermit, type Permit } from '../policy/permit.ts';
import type { CommandOutcome } from '../sandbox/confinement.ts';
import type { CountedConnection } from './connections.ts';
import { deleteFile } from './deleteFile.ts';
import { editFile } from './editFile.ts';
import { gitCommit } from './gitCommit.ts';
import { gitDiff } from './gitDiff.ts';
import { gitStatus } from './gitStatus.ts';
import type { GitWorkspace } from './gitWorkspace.ts';
import { listFiles } from './listFiles.ts';
import { readFile } from './readFile.ts';
import { runCommand, type CommandDeps } from './runCommand.ts';
import { searchFiles } from './searchFiles.ts';
import type { CallOutcome, Services } from './services/services.ts';
import { fetchUrl, type WebDeps } from './web/fetchUrl.ts';
import { done, failed, type Workspace } from './workspace.ts';
import { writeFile } from './writeFile.ts';

export interface ToolDeps {
  readonly workspace: Workspace;
  readonly git: GitWorkspace;
  readonly command: CommandDeps;
  /** The MCP servers of the run; left out where there are none. */
  readonly services?: Services | undefined;
  readonly web?: WebDeps | undefined;
}

/** What came of an effect, in words for the agent. `failed` is an expected no: no such file, an exit code not zero. */
export interface Performed {
  readonly kind: 'done' | 'failed' | 'cancelled';
  readonly text: string;
  /** For commands: how the process ended. */
  readonly command?: CommandOutcome;
  /** Names that govern agents, or denied ones, which a command or an MCP server changed; put back or set aside. */
  readonly quarantined?: readonly string[];
  /** For commands and MCP servers: what they asked of the network. */
  readonly connections?: readonly CountedConnection[];
  /** For fetches: where the answer points instead. */
  readonly redirectedTo?: string;
}

/** Has the effect of one permitted action. What is not a permit, or for something else than tools do, has none. */
export async function perform(permit: Permit, deps: ToolDeps, signal: AbortSignal): Promise<Performed> {
  if (signal.aborted) return { kind: 'cancelled', text: '' };
  if (isPermit(permit, 'command')) return await runCommand(permit, deps.workspace, deps.command, signal);
  try {
    if (isPermit(permit, 'fetch') && deps.web !== undefined) return await fetchUrl(permit, deps.web, signal);
    const result: CallOutcome = await useTool(permit, deps, signal);
    const { kind, quarantined, connections } = result;
    return {
      kind,
      text: result.kind === 'done' ? result.text : result.reason,
      ...(quarantined === undefined ? {} : { quarantined }),
      ...(connections === undefined ? {} : { connections }),
    };
  } catch (error) {
    if (signal.aborted) return { kind: 'cancelled', text: '' };
    throw error;
  }
}

async function useTool(permit: Permit, deps: ToolDeps, signal: AbortSignal): Promise<CallOutcome> {
  const { workspace, git } = deps;
  if (isPermit(permit, 'file_read')) return readFile(permit, workspace);
  if (isPermit(permit, 'file_list')) return listFiles(permit, workspace);
  if (isPermit(permit, 'file_search')) return await searchFiles(permit, workspace, signal);
  if (isPermit(permit, 'file_write')) return writeFile(permit, workspace);
  if (isPermit(permit, 'file_edit')) return editFile(permit, workspace);
  if (isPermit(permit, 'file_delete')) return deleteFile(permit, workspace);
  if (isPermit(permit, 'git_status')) return await gitStatus(permit, workspace, git, signal);
  if (isPermit(permit, 'git_diff')) return await gitDiff(permit, workspace, git, signal);
  if (isPermit(permit, 'git_commit')) return await gitCommit(permit, workspace, git, signal);
  if (isPermit(permit, 'mcp_start') && deps.services !== undefined) return await deps.services.start(permit, signal);
  if (isPermit(permit, 'mcp_call') && deps.services !== undefined) return await deps.services.call(permit, signal);
  // These have no effect outside the run: what they say is taken up by whoever drives the agent. `ask` has one, on a
  // person, and is the gateway's own (`gateway/perform`).
  if (isPermit(permit, 'report_finding')) return done('noted');
  if (isPermit(permit, 'finish')) return done('finished');
  const { kind } = permit.action;
  invariant(isPermit(permit, kind), 'an effect needs a permit');
  return failed(`${kind} cannot be done by this version of Loki`);
}
