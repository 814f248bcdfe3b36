import path from 'node:path';
import { openEvidence } from '../audit/evidence.ts';
import { newRunId, newTaskId } from '../base/id.ts';
import { loadConfig } from '../config/loadConfig.ts';
import type { Approver } from '../gateway/approver.ts';
import { contentScanFor } from '../gateway/contentScan.ts';
import { createGateway } from '../gateway/gateway.ts';
import { createJudge } from '../gateway/judge.ts';
import { createPerform } from '../gateway/perform.ts';
import { createRecorder } from '../gateway/recorder.ts';
import type { Situation } from '../gateway/situation.ts';
import type { CommandOutcome } from '../sandbox/confinement.ts';
import { detectSandbox } from '../sandbox/detect.ts';
import { git } from '../workspace/git.ts';
import { remoteRoutes } from '../workspace/remoteRoutes.ts';
import { runHostCommand } from './hostCommand.ts';
import { openAudit } from './openAudit.ts';
import { prepareStateFolder, runFolder } from './runStore.ts';
import type { World } from './world.ts';
import { isWrittenMeanwhile } from './writtenMeanwhile.ts';

/** Runs gate commands in the user's own checkout: on the same path and as confined as in a run, and recorded. */
export interface CheckoutCommands {
  run(command: string, signal: AbortSignal): Promise<CommandOutcome>;
  close(): Promise<void>;
}

export async function openCheckoutCommands(
  world: World,
  workspace: string,
  approver: Approver,
): Promise<CheckoutCommands> {
  const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
  const scan = contentScanFor(config);
  await prepareStateFolder(workspace);
  const sandbox = await detectSandbox(world.env);
  const policy = { ...config.policy, isConfined: sandbox.confinement.kind !== 'none' };
  const { log: audit } = await openAudit(world, workspace, config);
  const runId = newRunId();
  const folder = runFolder(workspace, runId);
  const evidence = openEvidence(path.join(folder, 'evidence'));
  const gateway = createGateway({
    judge: createJudge({
      root: workspace,
      policy,
      scan,
      addedText: async () => '',
      remoteRoutes: async (remote, asked) => await remoteRoutes(git(workspace), remote, asked),
    }),
    approver,
    recorder: createRecorder(audit, evidence, scan.redact),
    evidence,
    scan,
    perform: createPerform({
      root: workspace,
      git: { git: git(workspace), prefix: '', baseCommit: 'HEAD', identity: { name: 'Loki', email: 'loki@localhost' } },
      policy,
      sandbox,
      dependencies: [],
      quarantine: path.join(folder, 'quarantine'),
      isLeft: (relative) => isWrittenMeanwhile(relative, { ...config, ...policy }),
      approver,
    }),
    clock: world.clock,
    tell: () => undefined,
  });
  const situation: Situation = {
    runId,
    taskId: newTaskId(),
    actor: { kind: 'loki' },
    phase: null,
    cycle: 0,
    why: `Gates on the checkout, asked for by ${world.person}`,
  };
  return {
    run: async (command, signal) => await runHostCommand(gateway, situation, command, signal),
    close: async () => await audit.close(),
  };
}
