import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { confinementWarning } from '#protocol/run';
import { systemClock } from '../../server/src/base/clock.ts';
import type { CliContext } from '../../server/src/cli/command.ts';
import { makeDoctorCommand } from '../../server/src/cli/doctor.ts';
import { detectSandbox } from '../../server/src/sandbox/detect.ts';
import { testEscape } from '../../server/src/sandbox/selfTest.ts';
import { temporaryFolder } from '../unit/temporaryFolder.ts';

/** A bubblewrap that reads its arguments, says that all went well, and confines nothing. */
async function standIn(): Promise<string> {
  const program = path.join(await temporaryFolder(), 'bwrap');
  const script = [
    '#!/bin/bash',
    'mapfile -d "" -t arguments <&3',
    'cat <&4 > /dev/null 2>&1',
    'for ((at = 0; at < ${#arguments[@]}; at++)); do',
    '  case "${arguments[at]}" in',
    '    --chdir) cd "${arguments[at + 1]}" ;;',
    '    --json-status-fd) status="${arguments[at + 1]}" ;;',
    '  esac',
    'done',
    'shift 3',
    '"$@"',
    'code=$?',
    'echo "{\\"exit-code\\": $code}" >&"$status"',
    'exit $code',
  ];
  writeFileSync(program, script.join('\n'));
  chmodSync(program, 0o755);
  return program;
}

describe('a sandbox that does not hold', () => {
  test('is found out by trying to get out of it', async () => {
    const tested = await testEscape({ program: await standIn(), env: process.env });
    expect(tested).toMatchObject({ kind: 'escaped' });
    const escapes = tested.kind === 'escaped' ? tested.escapes : [];
    for (const escape of [
      'wrote outside the workspace',
      'read a file outside',
      'read a hidden file',
      'reached the network',
    ]) {
      expect(escapes).toContain(escape);
    }
  });

  test('confines nothing in the eyes of Loki, which says so loudly wherever a person looks', async () => {
    const program = await standIn();
    const { confinement } = await detectSandbox(process.env, 'linux', program);
    expect(confinement).toMatchObject({ kind: 'none', detail: expect.stringMatching(/^NOT ENFORCING: /) });
    expect(confinementWarning(confinement)).toBe('not enforcing');

    const workspace = await temporaryFolder();
    let out = '';
    const ctx: CliContext = {
      env: {},
      cwd: workspace,
      stdin: process.stdin,
      print: (text) => (out += text),
      tell: () => undefined,
      isInteractive: false,
      printsToTerminal: false,
      signal: new AbortController().signal,
    };
    const server = path.resolve(import.meta.dirname, '../../server');
    const world = {
      env: process.env,
      lokiHome: path.join(workspace, 'home'),
      assetsFolder: path.join(server, 'assets'),
      rosterFolder: path.join(server, 'src/agents/roster'),
      clock: systemClock,
      person: 'os:ann',
      demoPaceMs: 0,
    };
    const doctor = makeDoctorCommand(world, async () => await detectSandbox(process.env, 'linux', program));
    expect(await doctor.run([], ctx)).toBe(1);
    expect(out).toMatch(/✗.* sandbox +none: NOT ENFORCING: /);
  });

  test('is told apart from one that does not start', async () => {
    const { confinement } = await detectSandbox(process.env, 'linux', '/bin/false');
    expect(confinementWarning(confinement)).toBe('not confined');
    expect(confinementWarning({ kind: 'bubblewrap', detail: '' })).toBeNull();
  });
});
