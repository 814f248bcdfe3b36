import os from 'node:os';
import path from 'node:path';
import { version } from '../../package.json';
import { systemClock } from './base/clock.ts';
import { lokiHome } from './base/lokiHome.ts';
import { makeAcceptCommand } from './cli/accept.ts';
import { makeAuditCommand } from './cli/audit.ts';
import { createContext } from './cli/context.ts';
import { costCommand } from './cli/cost.ts';
import { makeDemoCommand } from './cli/demo.ts';
import { makeDiscardCommand } from './cli/discard.ts';
import { dispatch } from './cli/dispatch.ts';
import { makeDoctorCommand } from './cli/doctor.ts';
import { makeGateCommand } from './cli/gate.ts';
import { policyCommand } from './cli/policy.ts';
import { makeResumeCommand } from './cli/resume.ts';
import { makeRunCommand } from './cli/run.ts';
import { scanCommand } from './cli/scan.ts';
import type { World } from './runs/world.ts';

// The terminal's composition root: it builds the world and the commands, and ends the process with the exit code.

const ctx = createContext();
const world: World = {
  env: ctx.env,
  lokiHome: lokiHome(ctx.env),
  // In dist/ the assets and the roster lie beside the bundle.
  assetsFolder: path.join(import.meta.dirname, 'assets'),
  rosterFolder: path.join(import.meta.dirname, 'roster'),
  clock: systemClock,
  person: `os:${os.userInfo().username}`,
  demoPaceMs: ctx.isInteractive ? 12 : 0,
};
const commands = [
  makeRunCommand(world),
  makeResumeCommand(world),
  makeAcceptCommand(world),
  makeDiscardCommand(world),
  makeDemoCommand(world),
  makeAuditCommand(world),
  costCommand,
  makeGateCommand(world),
  scanCommand,
  policyCommand,
  makeDoctorCommand(world),
];
process.exitCode = await dispatch(commands, version, process.argv.slice(2), ctx);
process.exit();
