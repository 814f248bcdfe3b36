import type { RunEvent } from '#protocol/run';
import { visibleLine } from '#protocol/visible';
import { identifyService } from './identifyService.ts';
import { confirm } from '../config/trust.ts';
import type { Approver } from '../gateway/approver.ts';
import type { ContentScan } from '../gateway/contentScan.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Recorder } from '../gateway/recorder.ts';
import type { Situation } from '../gateway/situation.ts';
import type { Listing } from '../tools/services/listing.ts';
import type { Services } from '../tools/services/services.ts';
import { startAction, type ServiceSettings } from '../tools/services/settings.ts';
import { agrees } from './agrees.ts';

/** The MCP servers of a run: what they are, and the hands that hold them. */
export interface RunServices {
  /** Those that the user has agreed to. */
  readonly settings: readonly ServiceSettings[];
  readonly services: Services;
  readonly lokiHome: string;
  readonly isTrusted: boolean;
}

export interface StartDeps {
  readonly gateway: Gateway;
  readonly recorder: Recorder;
  readonly scan: ContentScan;
  readonly approver: Approver;
  readonly tell: (event: RunEvent) => void;
}

/**
 * Starts the servers and makes the tools of those usable whose identity is the one that was agreed to. A server that
 * does not start, or of which nobody agrees that it has changed, is told and left out.
 */
export async function startServices(
  deps: StartDeps,
  run: RunServices,
  situation: Situation,
  signal: AbortSignal,
): Promise<void> {
  const started = await Promise.all(
    run.settings.map(async (settings) => ({
      settings,
      result: await deps.gateway.act(situation, startAction(settings), signal),
    })),
  );
  for (const { settings, result } of started) {
    if (signal.aborted) return;
    const listing = run.services.listing(settings.name);
    const problem =
      result.kind === 'done' && listing !== null
        ? await problemWith(deps, run, situation, settings, listing, signal)
        : whyNot(result);
    if (problem === null) {
      run.services.accept(settings.name);
      continue;
    }
    await run.services.stop(settings.name);
    const message = `the MCP server ${settings.name} is not used: ${problem}`;
    deps.tell({ type: 'notice', level: 'warning', message });
  }
}

/** Why a server that runs is not to be used, or null. Its identity is recorded either way. */
async function problemWith(
  { recorder, scan, approver, tell }: StartDeps,
  { services, lokiHome, isTrusted }: RunServices,
  situation: Situation,
  settings: ServiceSettings,
  { tools, problems, digest }: Listing,
  signal: AbortSignal,
): Promise<string | null> {
  for (const problem of problems) {
    tell({ type: 'notice', level: 'warning', message: `the MCP server ${settings.name}: ${problem}` });
  }
  const record = async (result: string): Promise<void> =>
    await recorder.host(situation, 'mcp_identity', settings.name, {
      stage: 'outcome',
      result,
      definition_sha256: settings.definition,
      listing_sha256: digest,
      tools: tools.map(({ tool }) => tool),
    });
  const words = JSON.stringify(tools.map(({ description, inputSchema }) => ({ description, inputSchema })));
  if ((await scan.find(words)).rules.length > 0) {
    await record('refused: a secret in its descriptions');
    return 'what it says of its tools carries a secret, which would be sent to a model';
  }
  const identity = await identifyService(lokiHome, settings, tools);
  if (identity.kind === 'same') {
    await record('same');
    return null;
  }
  if (identity.kind === 'changed') {
    const changed = identity.tools
      .map(({ tool, description }) => `${tool} (${visibleLine(description, 300)})`)
      .join(', ');
    const question = `The MCP server ${settings.name} describes itself differently than when you agreed to it. New or changed tools: ${changed}. Agree to use it?`;
    if (!isTrusted && !(await agrees(approver, question, signal))) {
      await record('changed, not agreed to');
      return `it describes its tools differently than when you agreed to it (${identity.tools.map(({ tool }) => tool).join(', ')})`;
    }
  }
  await confirm(lokiHome, identity.pins);
  await record(identity.kind === 'first' ? 'first seen' : 'changed, agreed to');
  return services.listing(settings.name) === null ? 'it has ended' : null;
}

function whyNot(result: Awaited<ReturnType<Gateway['act']>>): string {
  switch (result.kind) {
    case 'refused':
    case 'failed':
      return result.reason;
    case 'denied':
      return 'a person denied it';
    case 'expired':
      return `it needs an approval that nobody gave (${result.why})`;
    case 'invalid':
    case 'cancelled':
    case 'done':
      return 'it has ended';
  }
}
