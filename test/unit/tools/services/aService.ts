import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { canonicalJson, sha256 } from '../../../../server/src/base/digest.ts';
import { bareSandbox } from '../../../../server/src/sandbox/bare.ts';
import type { Sandbox } from '../../../../server/src/sandbox/confinement.ts';
import { withheldKeys } from '../../../../server/src/models/withheldKeys.ts';
import { createServices, type CallOutcome } from '../../../../server/src/tools/services/services.ts';
import {
  startAction,
  type ServiceLaunch,
  type ServiceSettings,
} from '../../../../server/src/tools/services/settings.ts';
import type { ToolResult } from '../../../../server/src/tools/workspace.ts';
import { permitFor } from '../../permitFor.ts';

export const never: AbortSignal = new AbortController().signal;
const repository = path.resolve(import.meta.dirname, '../../../..');
export const hostileServer = path.join(import.meta.dirname, 'hostileServerProcess.ts');

type Service = ReturnType<typeof openService> & { readonly started: ToolResult };

export interface ServiceWish {
  readonly launch?: Partial<Extract<ServiceLaunch, { type: 'stdio' }>> | Extract<ServiceLaunch, { type: 'http' }>;
  readonly mode?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly sandbox?: Sandbox;
  readonly files?: Readonly<Record<string, string>>;
  readonly isAccepted?: boolean;
  readonly startMs?: number;
  readonly callMs?: number;
  readonly isAirGapped?: boolean;
}

/** Starts one server, the hostile one by default, in a workspace of its own; everything is gone after the test. */
export async function startService(wish: ServiceWish = {}, signal = never): Promise<Service> {
  const opened = openService(wish);
  onTestFinished(async () => await opened.close());
  return { ...opened, started: await opened.start(signal) };
}

/** The same for several tests: who calls it starts and closes it. */
export function openService(wish: ServiceWish = {}) {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'loki-service-')));
  const workspace = path.join(folder, 'workspace');
  const quarantine = path.join(folder, 'quarantine');
  for (const [name, content] of Object.entries({ 'a.txt': 'a\n', ...wish.files })) {
    mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
    writeFileSync(path.join(workspace, name), content);
  }
  const settings = settingsOf(wish);
  const services = createServices({
    settings: [settings],
    env: wish.env ?? {},
    withheld: withheldKeys({ providers: {} }, [wish.env ?? {}]),
    sandbox: wish.sandbox ?? bareSandbox({ PATH: process.env['PATH'] }, 'a test'),
    workspace: {
      network: null,
      root: workspace,
      dependencies: [{ from: path.join(repository, 'node_modules'), at: path.join(workspace, 'node_modules') }],
      isProtected: (name) => name.startsWith('.claude'),
      isDenied: (name) => name.startsWith('secrets'),
      quarantine,
    },
    isAirGapped: wish.isAirGapped ?? false,
    times: { startMs: wish.startMs ?? 20_000, callMs: wish.callMs ?? 20_000 },
  });
  return {
    services,
    workspace,
    quarantine,
    start: async (signal = never): Promise<ToolResult> => {
      const started = await services.start(permitFor(startAction(settings)), signal);
      if (wish.isAccepted !== false) services.accept('it');
      return started;
    },
    call: async (tool: string, args: Record<string, unknown> = {}, signal = never): Promise<CallOutcome> =>
      await services.call(permitFor({ kind: 'mcp_call', server: 'it', tool, arguments: args }), signal),
    close: async (): Promise<void> => {
      await services.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function settingsOf({ launch, mode }: ServiceWish): ServiceSettings {
  const whole: ServiceLaunch =
    launch?.type === 'http'
      ? launch
      : { type: 'stdio', command: 'node', args: [hostileServer, mode ?? 'plain'], env: {}, cwd: '.', ...launch };
  return { name: 'it', file: '.mcp.json', launch: whole, definition: sha256(canonicalJson(whole)) };
}
