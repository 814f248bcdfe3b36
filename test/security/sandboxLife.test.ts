import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { bubblewrapSandbox } from '../../server/src/sandbox/bubblewrapSandbox.ts';
import { defaultLimits } from '../../server/src/sandbox/limits.ts';
import { bubblewrap, hasBubblewrap } from '../bubblewrap.ts';
import { permitFor } from '../unit/permitFor.ts';
import { layOut, never, run, sandbox } from './sandboxPlace.ts';

describe.skipIf(!hasBubblewrap)('life and death of a confined command (needs the package bubblewrap)', () => {
  test.each([
    ['a plain child', 'sleep 77'],
    ['children in the background', 'sleep 77 & sleep 77 & wait'],
    ['a double fork in a session of its own', '(setsid setsid sleep 77 > /dev/null 2>&1 < /dev/null &) ; sleep 77'],
    ['a process that ignores every signal', 'trap "" TERM INT HUP; setsid -f sleep 77; while :; do sleep 0.1; done'],
    ['a flood of output', 'yes'],
  ])('cancelling kills the whole tree within 300 ms: %s', async (_, command) => {
    const place = await layOut();
    const controller = new AbortController();
    const started = sandbox.run(
      permitFor({ kind: 'command', command: `touch started; ${command}` }),
      place.enclosure,
      controller.signal,
    );
    await expect
      .poll(() => existsSync(path.join(place.workspace, 'started')), { interval: 10, timeout: 10_000 })
      .toBe(true);
    const cancelledMs = performance.now();
    controller.abort();
    expect(await started).toMatchObject({ kind: 'cancelled' });
    expect(performance.now() - cancelledMs).toBeLessThan(300);
    expect(processesIn(place.workspace)).toEqual([]);
  });

  test('nothing keeps running after a command has ended', async () => {
    const place = await layOut();
    const outcome = await run(place, 'setsid -f sleep 77; sleep 77 & echo over');
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0, output: 'over\n' });
    expect(processesIn(place.workspace)).toEqual([]);
  });

  test('a command that takes too long is stopped', async () => {
    const place = await layOut();
    const outcome = await sandbox.run(
      permitFor({ kind: 'command', command: 'echo begun; sleep 77', timeoutMs: 300 }),
      place.enclosure,
      never,
    );
    expect(outcome).toMatchObject({ kind: 'timed_out', output: 'begun\n' });
    expect(processesIn(place.workspace)).toEqual([]);
  });

  test('too many processes, and too much memory, end a command and say so', async () => {
    const place = await layOut();
    const small = bubblewrapSandbox({
      program: bubblewrap,
      env: process.env,
      limits: { ...defaultLimits, processes: 20, memoryBytes: 200 * 1024 * 1024 },
    });
    const many = await small.run(
      permitFor({ kind: 'command', command: 'for i in $(seq 50); do sleep 77 & done; wait' }),
      place.enclosure,
      never,
    );
    expect(many).toMatchObject({ kind: 'exited', exitCode: 137, output: expect.stringContaining('20 are allowed') });
    const large = await small.run(
      permitFor({ kind: 'command', command: `node -e 'const a=[];setInterval(()=>a.push(Buffer.alloc(5e7,1)),10)'` }),
      place.enclosure,
      never,
    );
    expect(large).toMatchObject({
      kind: 'exited',
      exitCode: 137,
      output: expect.stringContaining('200 MiB are allowed'),
    });
  });

  test('a fork bomb ends, and leaves nothing behind', async () => {
    const place = await layOut();
    const small = bubblewrapSandbox({
      program: bubblewrap,
      env: process.env,
      limits: { ...defaultLimits, processes: 60 },
    });
    // Bounded by itself, should nothing stop it: a chain of at most a few hundred.
    const bomb = 'grow() { [ "$1" -gt 7 ] && sleep 77; grow $(($1 + 1)) & grow $(($1 + 1)) & wait; }; grow 1';
    const outcome = await small.run(permitFor({ kind: 'command', command: bomb }), place.enclosure, never);
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 137, output: expect.stringContaining('60 are allowed') });
    await expect.poll(() => processesIn(place.workspace), { timeout: 10_000 }).toEqual([]);
  });

  test('a temporary folder cannot fill the machine', async () => {
    const place = await layOut();
    const small = bubblewrapSandbox({
      program: bubblewrap,
      env: process.env,
      limits: { ...defaultLimits, temporaryBytes: 1024 * 1024 },
    });
    const command =
      'for place in /tmp ~ /dev/shm node_modules; do head -c 2M /dev/zero > "$place/x" && echo filled; done; true';
    const outcome = await small.run(permitFor({ kind: 'command', command }), place.enclosure, never);
    expect(outcome.kind === 'exited' && outcome.output.includes('filled')).toBe(false);
  });

  test.each([
    ['exit 7', 7],
    ['nosuchprogram', 127],
    ['kill -9 $$', 137],
    ['echo "bwrap: execvp x: No such file or directory" >&2; exit 1', 1],
    ['kill -TERM $$', 143],
  ])('the exit code of a command is its own: %s', async (command, exitCode) => {
    expect(await run(await layOut(), command)).toMatchObject({ kind: 'exited', exitCode });
  });

  test('a failure of bubblewrap is not one of the command', async () => {
    const place = await layOut();
    const broken = bubblewrapSandbox({ program: '/bin/false', env: process.env });
    expect(await broken.run(permitFor({ kind: 'command', command: 'true' }), place.enclosure, never)).toMatchObject({
      kind: 'not_started',
    });
    const missing = bubblewrapSandbox({ program: '/nowhere/bwrap', env: process.env });
    expect(await missing.run(permitFor({ kind: 'command', command: 'true' }), place.enclosure, never)).toMatchObject({
      kind: 'not_started',
    });
  });

  test('what is no permit runs nothing', async () => {
    const place = await layOut();
    const forged = { action: { kind: 'command', command: 'touch forged' } };
    // A forged permit is a compile error too; the cast is what an attacker's code would do.
    await expect(sandbox.run(forged as never, place.enclosure, never)).rejects.toThrow('permit');
    expect(existsSync(path.join(place.workspace, 'forged'))).toBe(false);
  });
});

/** Processes of the machine that work in a folder: the sandbox's own, seen from outside. */
function processesIn(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const isZombie = / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/, ''));
        return !isZombie && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`PWD=${folder}`);
      } catch {
        return false;
      }
    });
}
