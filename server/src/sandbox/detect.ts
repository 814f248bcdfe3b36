import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { notEnforcing } from '#protocol/run';
import { bareSandbox } from './bare.ts';
import { bubblewrapSandbox } from './bubblewrapSandbox.ts';
import type { Sandbox } from './confinement.ts';
import { testEscape } from './selfTest.ts';
import { seatbeltMissing } from './seatbelt.ts';

/**
 * The best confinement that this machine was just seen to hold. bubblewrap counts only after an attempt to escape from
 * it has failed in every way; otherwise commands are not confined and `confinement.detail` says so and why.
 */
export async function detectSandbox(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
  program: string | null = findBubblewrap(env),
): Promise<Sandbox> {
  if (platform === 'darwin') return bareSandbox(env, seatbeltMissing);
  if (platform !== 'linux')
    return bareSandbox(env, `there is no sandbox for ${platform} yet; run Loki on Linux to confine commands`);
  if (program === null) return bareSandbox(env, 'bubblewrap was not found; install bubblewrap (0.8.0 or later)');
  const tested = await testEscape({ program, env });
  if (tested.kind === 'holds') return bubblewrapSandbox({ program, env });
  const reason =
    tested.kind === 'escaped'
      ? `${notEnforcing}: the self-test got out of bubblewrap on this machine (${tested.escapes.join(', ')}), so nothing holds commands; mend bubblewrap or the kernel’s settings`
      : `bubblewrap does not work here (${tested.reason}); install bubblewrap 0.8.0 or later and allow user namespaces`;
  return bareSandbox(env, reason);
}

// The system's own first: a project's packages are on PATH when Loki is started by npm, and could bring a `bwrap`.
function findBubblewrap(env: NodeJS.ProcessEnv): string | null {
  const inPath = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => {
    return path.isAbsolute(folder) && !folder.split('/').includes('node_modules');
  });
  const places = ['/usr/bin', '/usr/local/bin', ...inPath].map((folder) => path.join(folder, 'bwrap'));
  return places.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
