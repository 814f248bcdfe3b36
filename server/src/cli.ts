import os from 'node:os';
import path from 'node:path';
import { openSigningKeys } from './audit/keys/openSigningKeys.ts';
import { systemClock } from './base/clock.ts';
import { Failure } from './base/failure.ts';
import { lokiHome } from './base/lokiHome.ts';
import { makeAcceptCommand } from './cli/accept.ts';
import { makeAuditCommand } from './cli/audit/auditCommand.ts';
import { auditFolderOf } from './cli/audit/auditFolder.ts';
import { openExport } from './cli/audit/openExport.ts';
import { createContext } from './cli/context.ts';
import { costCommand } from './cli/cost.ts';
import { makeDemoCommand } from './cli/demo.ts';
import { makeDiscardCommand } from './cli/discard.ts';
import { dispatch } from './cli/dispatch.ts';
import { makeDoctorCommand } from './cli/doctor.ts';
import { makeGateCommand } from './cli/gate.ts';
import { makeKeyCommand } from './cli/key.ts';
import { makeModelsCommand } from './cli/models.ts';
import { policyCommand } from './cli/policy.ts';
import { withRaise } from './cli/raise.ts';
import { makeResumeCommand } from './cli/resume.ts';
import { makeRunCommand } from './cli/run.ts';
import { terminalApprover } from './cli/runOutput.ts';
import { scanCommand } from './cli/scan.ts';
import { loadConfig } from './config/loadConfig.ts';
import { contentScan } from './gateway/contentScan.ts';
import { openWorkspaceLog } from './runs/openWorkspaceLog.ts';
import { openKeychain } from './keychain/openKeychain.ts';
import { createProviderKeys, keyPlaces } from './keychain/providerKeys.ts';
import { acknowledgeLoss } from './runs/acknowledgeLoss.ts';
import { anchorByHand } from './runs/anchorByHand.ts';
import { openCheckoutCommands } from './runs/checkoutCommands.ts';
import { detectSandbox } from './sandbox/detect.ts';
import type { World } from './runs/world.ts';
import { git } from './workspace/git.ts';
import { remoteRoutes } from './workspace/remoteRoutes.ts';

// The terminal's composition root: it builds the world and the commands, and ends the process with the exit code.

/** Put in by the bundler, from package.json. */
declare const lokiVersion: string;

const ctx = createContext();
const keychain = openKeychain();
const keys = createProviderKeys(keychain, ctx.env);
const world: World = {
  env: ctx.env,
  lokiHome: lokiHome(ctx.env),
  // In dist/ the assets and the roster lie beside the bundle.
  assetsFolder: path.join(import.meta.dirname, 'assets'),
  rosterFolder: path.join(import.meta.dirname, 'roster'),
  clock: systemClock,
  person: `os:${os.userInfo().username}`,
  demoPaceMs: ctx.isInteractive ? 12 : 0,
  keyVault: keychain,
  keyOf: async (provider) => await keys.keyOf(provider),
};
const commands = [
  makeRunCommand(world),
  makeResumeCommand(world),
  makeAcceptCommand(world),
  makeDiscardCommand(world),
  makeDemoCommand(world),
  makeAuditCommand({
    auditFolderOf,
    version: lokiVersion,
    openExport,
    openLog: async (workspace) => await openWorkspaceLog(world, workspace),
    person: world.person,
    acknowledgeLoss: async (workspace, reason) => await acknowledgeLoss(world, workspace, reason),
    rotateSigningKey: async () => {
      const { lokiHome, keyVault: vault = null, clock } = world;
      const reading = await openSigningKeys({ lokiHome, vault, clock }).rotate();
      if (reading.kind === 'unavailable') throw new Failure('audit_unwritable', reading.why);
      return { protection: reading.protection, keys: reading.keys.length };
    },
    anchor: async (wish, signal) => await anchorByHand(world, wish, signal),
  }),
  withRaise(costCommand, world),
  makeGateCommand({
    version: lokiVersion,
    loadSettings: async (workspace) =>
      (await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome })).gates,
    runCommand: async (workspace, command, signal) => {
      const commands = await openCheckoutCommands(world, workspace, terminalApprover(ctx, world.person));
      try {
        return await commands.run(command, signal);
      } finally {
        await commands.close();
      }
    },
  }),
  scanCommand,
  policyCommand({
    scan: contentScan,
    isConfined: async () => (await detectSandbox(world.env)).confinement.kind !== 'none',
    remoteRoutes: async (workspace, remote, asked) => await remoteRoutes(git(workspace), remote, asked),
  }),
  makeKeyCommand(world, keys),
  makeModelsCommand(world, keyPlaces(keys)),
  makeDoctorCommand(world),
];
// Everything was written through when a command returns, so nothing is lost by ending at once.
void dispatch(commands, lokiVersion, process.argv.slice(2), ctx).then((code) => process.exit(code));
