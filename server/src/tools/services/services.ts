import type { ActionOf } from '#protocol/action';
import { invariant } from '../../base/invariant.ts';
import { visibleLine } from '#protocol/visible';
import type { WithheldKey } from '../../base/withheldKey.ts';
import { isPermit, type Permit } from '../../policy/permit.ts';
import type { Sandbox } from '../../sandbox/confinement.ts';
import type { Connection as Connected, NetworkRule } from '../../sandbox/network/networkRule.ts';
import { countConnections, type CountedConnection } from '../connections.ts';
import type { AddressKind } from '../../base/addresses.ts';
import type { ToolResult } from '../workspace.ts';
import { failed, done } from '../workspace.ts';
import { connect, type Connection, type ServiceTimes } from './connection.ts';
import { httpTransport } from './httpTransport.ts';
import { readListing, type Listing, type ServiceTool } from './listing.ts';
import { processTransport } from './processTransport.ts';
import { resolveLaunch, type ResolvedLaunch } from './resolveLaunch.ts';
import { resultText, withoutSecrets } from './resultText.ts';
import type { ServiceSettings } from './settings.ts';
import { shownText } from './shownText.ts';
import { guardWorkspace, type WorkspaceGuard, type WorkspaceRules } from './workspaceGuard.ts';

export interface ServicesDeps {
  readonly settings: readonly ServiceSettings[];
  /** The user's environment: of it a server gets what its definition names. */
  readonly env: NodeJS.ProcessEnv;
  /** Keys of providers, which no server gets. */
  readonly withheld: readonly WithheldKey[];
  readonly sandbox: Sandbox;
  readonly workspace: Omit<WorkspaceRules, 'network'> & { readonly network: Omit<NetworkRule, 'record'> | null };
  /** Whether servers at an address must be on this machine. */
  readonly isAirGapped: boolean;
  readonly times?: ServiceTimes;
}

/** What servers asked of the network since the last one who asked was told. */
type Counted = { readonly connections?: readonly CountedConnection[] };

/** What a call came to. `quarantined` names what the server changed although it governs agents. */
export type CallOutcome = ToolResult & Counted & { readonly quarantined?: readonly string[] };

/** The MCP servers of one run. Nothing starts and nothing is asked without a permit for it. */
export interface Services {
  /** Starts one server and reads what it offers; nothing of that can be used before `accept`. */
  start(permit: Permit<ActionOf<'mcp_start'>>, signal: AbortSignal): Promise<ToolResult & Counted>;
  /** What a started server offers; null for one that is not there. */
  listing(server: string): Listing | null;
  /** Makes what a server has listed usable: its identity is what was agreed to. */
  accept(server: string): void;
  /** The tools of all accepted servers. */
  tools(): readonly ServiceTool[];
  call(permit: Permit<ActionOf<'mcp_call'>>, signal: AbortSignal): Promise<CallOutcome>;
  /**
   * Undoes what servers did to names that govern agents, at any time since they run, and then ends them all; answers
   * with those names.
   */
  undo(): Promise<readonly string[]>;
  /** Ends a server and everything it has started. */
  stop(server: string): Promise<void>;
  /** Ends all servers. */
  close(): Promise<void>;
}

interface Running {
  readonly connection: Connection;
  readonly listing: Listing;
  readonly secrets: readonly string[];
  isAccepted: boolean;
  /** Why it cannot be asked any more. */
  readonly fault: string | null;
}

/** What is said where `undo` had to be. */
export const serversStopped =
  'the MCP servers were stopped: one of them changed what agents may not change, and that was undone';

const usualTimes: ServiceTimes = { startMs: 30_000, callMs: 120_000 };

/** The servers of a run, none of them started yet. */
export function createServices(deps: ServicesDeps): Services {
  const running = new Map<string, Running>();
  const times = deps.times ?? usualTimes;
  let counted = countConnections();
  const takeConnections = (): readonly CountedConnection[] => {
    const made = counted.list();
    counted = countConnections();
    return made;
  };
  const { network } = deps.workspace;
  const rule = network === null ? null : { ...network, record: (connection: Connected) => counted.add(connection) };
  const guard = guardWorkspace({ ...deps.workspace, network: rule });

  const stop = async (server: string): Promise<void> => {
    const service = running.get(server);
    running.delete(server);
    await service?.connection.close().catch(() => undefined);
  };

  const stopAll = async (): Promise<void> => void (await Promise.all([...running.keys()].map(stop)));
  const undo = async (): Promise<readonly string[]> => {
    const quarantined = guard.undo();
    // Which of them it was cannot be told; none is trusted any longer.
    if (quarantined.length > 0) await stopAll();
    return quarantined;
  };

  return {
    start: async (permit, signal) => {
      invariant(isPermit(permit, 'mcp_start'), 'a server starts only with a permit for it');
      const { server, definition } = permit.action;
      const settings = deps.settings.find(({ name }) => name === server);
      if (settings === undefined || settings.definition !== definition || running.has(server)) {
        return failed(`${server} is not defined so, or runs already`);
      }
      const launch = resolveLaunch(settings.launch, deps.env, deps.workspace.root, deps.withheld);
      if (launch.type === 'unresolved') return failed(launch.problem);
      const opened = await open(deps, guard, times, permit, launch, signal);
      if ('reason' in opened) {
        return { ...failed(words(opened.reason, launch.secrets)), connections: takeConnections() };
      }
      running.set(server, opened);
      const { tools, problems } = opened.listing;
      return { ...done([`${tools.length} tools`, ...problems].join('; ')), connections: takeConnections() };
    },
    listing: (server) => running.get(server)?.listing ?? null,
    accept: (server) => {
      const service = running.get(server);
      if (service !== undefined) service.isAccepted = true;
    },
    tools: () => [...running.values()].flatMap(({ isAccepted, listing }) => (isAccepted ? listing.tools : [])),
    call: async (permit, signal) => {
      invariant(isPermit(permit, 'mcp_call'), 'a server is asked only with a permit for it');
      const { server, tool: name, arguments: args } = permit.action;
      const service = running.get(server);
      const tool = service?.listing.tools.find((candidate) => candidate.tool === name);
      if (service === undefined || !service.isAccepted || tool === undefined)
        return failed(`there is no tool ${name} of ${server}`);
      if (service.fault !== null) return failed(`the MCP server ${server} cannot be asked any more: ${service.fault}`);
      const proposal = tool.toAction(args);
      if (proposal.kind === 'invalid') return failed(proposal.problem);
      const outcome = { ...(await ask(service, server, name, args, signal)), connections: takeConnections() };
      const quarantined = await undo();
      if (quarantined.length === 0) return outcome;
      return { ...failed(serversStopped), quarantined, connections: outcome.connections };
    },
    undo,
    stop,
    close: async () => {
      await stopAll();
      guard.undo();
    },
  };
}

type Launch = Exclude<ResolvedLaunch, { type: 'unresolved' }>;

async function open(
  deps: ServicesDeps,
  guard: WorkspaceGuard,
  times: ServiceTimes,
  permit: Permit<ActionOf<'mcp_start'>>,
  launch: Launch,
  signal: AbortSignal,
): Promise<Running | { readonly reason: string }> {
  const state: { fault: string | null } = { fault: null };
  let complaints = (): string => '';
  let connection: Connection | null = null;
  try {
    if (launch.type === 'http') {
      connection = await connect(httpTransport(launch.url, launch.headers, reachable(deps)), times, signal);
    } else {
      const served = await deps.sandbox.serve(permit, guard.enclosure(), launch.program);
      if (served.kind === 'not_started') return { reason: served.reason };
      complaints = () => served.complaints();
      const transport = processTransport(served, (reason) => (state.fault ??= reason));
      connection = await connect(transport, times, signal);
    }
    const listing = readListing(permit.action.server, await connection.listTools(signal));
    return {
      connection,
      listing,
      secrets: launch.secrets,
      isAccepted: false,
      get fault() {
        return state.fault;
      },
    };
  } catch (error) {
    await connection?.close().catch(() => undefined);
    if (signal.aborted) throw error;
    const said = complaints().trim();
    return { reason: `${state.fault ?? problemOf(error)}${said === '' ? '' : `; it says: ${said}`}` };
  }
}

function reachable({ isAirGapped }: ServicesDeps): ReadonlySet<AddressKind> {
  return new Set<AddressKind>(isAirGapped ? ['loopback'] : ['public', 'private', 'loopback']);
}

async function ask(
  service: Running,
  server: string,
  tool: string,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<ToolResult> {
  try {
    const answer = await service.connection.callTool(tool, args, signal);
    const text = resultText(server, answer, service.secrets);
    return answer.isError ? failed(text) : done(text);
  } catch (error) {
    if (signal.aborted) throw error;
    return failed(
      words(`the MCP server ${server} did not answer: ${service.fault ?? problemOf(error)}`, service.secrets),
    );
  }
}

/** What a failure says, which can be the server's own words, in one line. */
function problemOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'the connection failed';
}

function words(text: string, secrets: readonly string[]): string {
  return visibleLine(shownText(withoutSecrets(text, secrets)), 600);
}
