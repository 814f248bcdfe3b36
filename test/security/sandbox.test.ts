import { spawn } from 'node:child_process';
import {
  existsSync,
  openSync,
  closeSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bubblewrapSandbox } from '../../server/src/sandbox/bubblewrapSandbox.ts';
import type { CommandOutcome, Enclosure, Sandbox } from '../../server/src/sandbox/confinement.ts';
import { detectSandbox } from '../../server/src/sandbox/detect.ts';
import { defaultLimits } from '../../server/src/sandbox/limits.ts';
import { permitFor } from '../unit/permitFor.ts';
import { temporaryFolder } from '../unit/temporaryFolder.ts';

// Attempts to get out of the sandbox, made from inside it. Files of the whole machine are opened only, never written.

const program = '/usr/bin/bwrap';
const never = new AbortController().signal;

describe.skipIf(!existsSync(program))('confined commands (needs the package bubblewrap)', () => {
  let sandbox: Sandbox;
  beforeAll(() => {
    sandbox = bubblewrapSandbox({
      program,
      env: { ...process.env, ANTHROPIC_API_KEY: 'sk-ant-secret', LOKI_HOME: '/nowhere' },
    });
  });

  interface Place {
    readonly root: string;
    readonly workspace: string;
    readonly enclosure: Enclosure;
  }

  async function layOut(): Promise<Place> {
    const root = await temporaryFolder({
      marker: 'marker\n',
      'main/.git/config': '[core]\n',
      'main/node_modules/dep/index.js': 'module.exports = require("@scope/other");\n',
      'main/node_modules/@scope/other/index.js': 'module.exports = "found";\n',
      'workspace/.git': '',
      'workspace/a.txt': 'a\n',
      'workspace/secrets/key': 'secret\n',
      'workspace/config/secret.env': 'secret\n',
      'workspace/.vscode/settings.json': '{}\n',
    });
    const workspace = path.join(root, 'workspace');
    mkdirSync(path.join(root, 'main/.git/worktrees/run'), { recursive: true });
    writeFileSync(path.join(workspace, '.git'), `gitdir: ${root}/main/.git/worktrees/run\n`);
    const enclosure = {
      workspace,
      hidden: ['secrets', 'config/secret.env'],
      readOnly: ['.vscode'],
      dependencies: [{ from: path.join(root, 'main/node_modules'), at: path.join(workspace, 'node_modules') }],
    };
    return { root, workspace, enclosure };
  }

  async function run(
    place: Place,
    command: string,
    more: { cwd?: string; env?: Record<string, string> } = {},
  ): Promise<CommandOutcome> {
    return await sandbox.run(
      permitFor({ kind: 'command', command, timeoutMs: 20_000, ...more }),
      place.enclosure,
      never,
    );
  }

  /** Runs lines one after the other in one sandbox; each must fail. Returns all they said. */
  async function checkAllFail(place: Place, commands: readonly string[]): Promise<string> {
    const script = commands.map((command, index) => `( ${command} ) && echo "SUCCEEDED ${index}"`).join('\n');
    const outcome = await run(place, `${script}\necho tried`);
    expect(outcome.kind).toBe('exited');
    const output = outcome.kind === 'exited' ? outcome.output : '';
    const succeeded = commands.filter((_, index) => output.includes(`SUCCEEDED ${index}\n`));
    expect(succeeded).toEqual([]);
    expect(output).toContain('tried\n');
    return output;
  }

  async function outputOf(place: Place, command: string): Promise<string> {
    const outcome = await run(place, command);
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    return outcome.kind === 'exited' ? outcome.output : '';
  }

  test('the start-up self-test finds that it holds', async () => {
    expect((await detectSandbox(process.env)).confinement.kind).toBe('bubblewrap');
  });

  test('a command works in the workspace, with a home, a temporary folder and the user’s programs', async () => {
    const place = await layOut();
    const script =
      'echo new > b.txt && cat a.txt && echo x > ~/x && echo x > "$TMPDIR/x" && node --version > /dev/null && echo fine > /dev/stderr';
    expect(await outputOf(place, script)).toBe('a\nfine\n');
    expect(readFileSync(path.join(place.workspace, 'b.txt'), 'utf8')).toBe('new\n');
  });

  test('files outside are neither read nor written', async () => {
    const place = await layOut();
    const { root } = place;
    await checkAllFail(place, [
      `cat ${root}/marker`,
      `cat ../marker`,
      `ls ${root}/main`,
      `echo x > ${root}/escape && cat ${root}/escape && false`,
      'cat /etc/shadow',
      'ls /etc/ssh',
      'ls /var/lib',
      'ls /root/.ssh /home/*/.ssh',
      'ls /sys/kernel',
      'echo x > /usr/x',
      'echo x > /etc/x',
      'echo x > /x',
      'cat /proc/1/root/etc/shadow',
      `cat /proc/self/root${root}/marker`,
      'cat /proc/1/cwd/../marker',
      'ln -s / root && cat root/etc/shadow',
      `ln ${root}/marker hard`,
    ]);
    expect(existsSync(path.join(root, 'escape'))).toBe(false);
  });

  test('denied paths are empty, and stay in their place', async () => {
    const place = await layOut();
    const said = await checkAllFail(place, [
      'cat secrets/key',
      'test -s config/secret.env',
      'echo x > secrets/new',
      'echo x > config/secret.env',
      'mv secrets other',
      'mv config other',
      'rm -rf config 2>/dev/null',
      'mv config/secret.env config/other',
      'umount secrets',
      'ln config/secret.env copy && test -s copy',
    ]);
    expect(said).not.toContain('secret\n');
    expect(readFileSync(path.join(place.workspace, 'config/secret.env'), 'utf8')).toBe('secret\n');
    expect(readFileSync(path.join(place.workspace, 'secrets/key'), 'utf8')).toBe('secret\n');
  });

  test('protected names that exist cannot be changed', async () => {
    const place = await layOut();
    await checkAllFail(place, [
      'echo x > .vscode/settings.json',
      'echo x > .vscode/tasks.json',
      'rm -rf .vscode',
      'mv .vscode other',
      'rm .git',
      'echo x > .git',
      'mount -o remount,rw,bind .vscode',
      'chmod 777 .vscode/settings.json',
    ]);
  });

  test('inside there is no repository, and the main one cannot be seen', async () => {
    const place = await layOut();
    const said = await checkAllFail(place, ['git status', 'git log', `ls ${place.root}/main/.git`, 'cat .git']);
    expect(said).toContain('not a git repository');
    expect(said).not.toContain('worktrees/run');
  });

  test('the network is out of reach, the loopback of the machine included', async () => {
    const place = await layOut();
    let connections = 0;
    const server = createServer(() => connections++);
    const unix = path.join(place.root, 'socket');
    const unixServer = createServer(() => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => unixServer.listen(unix, resolve));
    onTestFinished(() => void [server.close(), unixServer.close()]);
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const connect = (target: string): string =>
      `node -e 'net.connect(${target}).on("connect",()=>process.exit(0)).on("error",()=>process.exit(1))'`;
    await checkAllFail(place, [
      `: < /dev/tcp/127.0.0.1/${port}`,
      `: < /dev/tcp/localhost/${port}`,
      `: < /dev/tcp/192.0.2.1/80`,
      connect(JSON.stringify(unix)),
      connect('"/run/docker.sock"'),
      connect('"/run/dbus/system_bus_socket"'),
      // A socket of a virtual machine to its host belongs to no network namespace.
      `python3 -c 'import socket; socket.socket(40, socket.SOCK_STREAM)'`,
      `python3 -c 'import socket; socket.socket(17, socket.SOCK_RAW)'`,
    ]);
    expect(connections).toBe(0);
  });

  test('a server inside can be reached from inside', async () => {
    const place = await layOut();
    const script = `node -e 'const s=net.createServer(c=>c.end("hello")).listen(0,"localhost",()=>net.connect(s.address().port,"localhost").on("data",d=>{console.log(String(d));process.exit(0)}))'`;
    expect(await outputOf(place, script)).toBe('hello\n');
  });

  test('processes of the machine are neither seen nor signalled', async () => {
    const place = await layOut();
    const child = spawn('/bin/sleep', ['60']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const said = await outputOf(place, 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');
    expect(said).not.toContain('sleep 60');
    expect(said).not.toContain('vitest');
    await run(place, `kill -9 ${child.pid} -1`);
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });

  test('root inside cannot remount, mount, make namespaces, load or trace', async () => {
    const place = await layOut();
    await checkAllFail(place, [
      'mount -o remount,rw /usr',
      'mount -o remount,rw,bind /usr',
      'mount -o remount,rw /',
      'mount -t tmpfs none /usr',
      'mount -t proc none /tmp',
      'mount --bind / /tmp',
      'umount -l /usr',
      'umount secrets',
      'unshare --user --map-root-user true',
      'unshare --mount true',
      'unshare --net true',
      'nsenter -t 1 -m true',
      'chroot / true',
      'mknod disk b 8 0',
      'mknod mem c 1 1',
      'dmesg',
      'sysctl -w kernel.domainname=x',
      'chown 1:1 a.txt',
      'date -s 2001-01-01',
    ]);
  });

  test('settings of the kernel cannot even be opened for writing', async () => {
    const place = await layOut();
    const names = [
      'sys/kernel/core_pattern',
      'sys/kernel/domainname',
      'sys/vm/drop_caches',
      'sys/fs/file-max',
      'sys/user/max_user_namespaces',
      'sysrq-trigger',
      'mtrr',
      'irq/default_smp_affinity',
      'kcore',
      'kmsg',
      'fs/jbd2',
    ];
    await checkAllFail(
      place,
      names.map((name) => `[ -e /proc/${name} ] && exec 3>> /proc/${name}`),
    );
    await checkAllFail(place, [
      'test -s /proc/keys',
      'exec 3< /dev/mem',
      'exec 3< /dev/kmsg',
      'exec 3< /dev/sda',
      'exec 3< /dev/vda',
    ]);
  });

  test('the environment has no secret and nothing of Loki’s own', async () => {
    const place = await layOut();
    const said = await outputOf(place, 'env; tr "\\0" "\\n" < /proc/1/environ; tr "\\0" "\\n" < /proc/self/environ');
    expect(said).not.toContain('sk-ant');
    const names = new Set(said.split('\n').map((line) => line.split('=')[0]));
    const usual = [
      'PATH',
      'HOME',
      'LANG',
      'TERM',
      'TMPDIR',
      'PWD',
      'SHLVL',
      '_',
      'CI',
      'TZ',
      'LC_ALL',
      'LC_CTYPE',
      'PYENV_ROOT',
      'VOLTA_HOME',
      '',
    ];
    expect([...names].filter((name) => !usual.includes(name ?? ''))).toEqual([]);
  });

  test('variables of the action arrive, and can smuggle no argument to bubblewrap', async () => {
    const place = await layOut();
    expect(await run(place, 'echo "$A"', { env: { A: 'a b=c' } })).toMatchObject({ exitCode: 0, output: 'a b=c\n' });
    for (const env of [{ A: 'x\0--bind\0/\0/tmp' }, { 'A\0--bind': 'x' }, { 'A=B': 'x' }, { '': 'x' }]) {
      expect(await run(place, 'true', { env })).toMatchObject({ kind: 'not_started' });
    }
    expect(await run(place, 'true\0x')).toMatchObject({ kind: 'not_started' });
    expect(await run(place, 'true', { cwd: 'x\0--bind' })).toMatchObject({ kind: 'not_started' });
  });

  test('a folder to run in must lie in the workspace, links considered', async () => {
    const place = await layOut();
    symlinkSync(place.root, path.join(place.workspace, 'up'));
    for (const cwd of ['..', '/', 'up', 'nowhere', '/etc']) {
      expect(await run(place, 'true', { cwd })).toMatchObject({ kind: 'not_started' });
    }
    expect(await run(place, 'pwd', { cwd: 'config' })).toMatchObject({ output: `${place.workspace}/config\n` });
  });

  test('files that Loki itself has open are not handed in', async () => {
    const place = await layOut();
    const fd = openSync(place.root, 'r');
    onTestFinished(() => closeSync(fd));
    const said = await outputOf(
      place,
      'ls -l /proc/$$/fd /proc/1/fd /proc/2/fd | grep -v "pipe:\\|eventfd\\|/output\\|/dev/null" | grep -- "->" || true',
    );
    expect(said).toBe('');
  });

  test('dependencies of the checkout work, cannot be changed, and leave room for caches', async () => {
    const place = await layOut();
    expect(await outputOf(place, `node -p 'require("dep")'; mkdir node_modules/.vite-temp && echo fine`)).toBe(
      'found\nfine\n',
    );
    await checkAllFail(place, [
      'echo x > node_modules/dep/index.js',
      'echo x > node_modules/dep/new.js',
      'rm -r node_modules/@scope/other/index.js',
      'rmdir node_modules',
      'mv node_modules other',
    ]);
    expect(readdirSync(path.join(place.root, 'main/node_modules')).sort()).toEqual(['@scope', 'dep']);
  });

  test('dependencies are not shown through a link that an agent made', async () => {
    const place = await layOut();
    symlinkSync(place.root, path.join(place.workspace, 'node_modules'));
    expect(await run(place, 'true')).toMatchObject({ kind: 'not_started' });
  });

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
      program,
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

  test('a temporary folder cannot fill the machine', async () => {
    const place = await layOut();
    const small = bubblewrapSandbox({
      program,
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
