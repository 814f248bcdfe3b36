import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasBubblewrap } from '../bubblewrap.ts';
import { checkAllFail, layOut, outputOf, run } from './sandboxPlace.ts';

// Attempts to get out of the sandbox, made from inside it. Files of the whole machine are opened only, never written.

describe.skipIf(!hasBubblewrap)('the machine around a confined command (needs the package bubblewrap)', () => {
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

  test('sockets of agents, buses and containers are out of reach, those without a file included', async () => {
    const place = await layOut();
    let connections = 0;
    const agent = path.join(place.root, 'agent.sock');
    const abstract = `\0loki-test-${process.pid}`;
    for (const name of [agent, abstract]) {
      const server = createServer(() => connections++);
      await new Promise<void>((resolve) => server.listen(name, resolve));
      onTestFinished(() => void server.close());
    }
    const connect = (target: string): string =>
      `node -e 'net.connect(${target}).on("connect",()=>process.exit(0)).on("error",()=>process.exit(1))'`;
    await checkAllFail(place, [
      connect(JSON.stringify(agent)),
      connect(`"\\u0000loki-test-${process.pid}"`),
      `ls ${place.root}/agent.sock`,
      '[ -n "$SSH_AUTH_SOCK$DBUS_SESSION_BUS_ADDRESS$DOCKER_HOST$XDG_RUNTIME_DIR" ]',
      'ls /run/user/* /run/systemd /run/dbus /var/run/docker.sock /run/containerd',
      'grep -q . /proc/net/unix && grep -q loki-test /proc/net/unix',
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
    await run(place, `kill -9 ${child.pid}`);
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });

  test('memory, environment and files of processes of the machine cannot be opened', async () => {
    const place = await layOut();
    const child = spawn('/bin/sleep', ['60'], { env: { SECRET: 'sk-of-another' } });
    onTestFinished(() => void child.kill('SIGKILL'));
    const other = child.pid ?? 0;
    await checkAllFail(place, [
      `exec 3< /proc/${other}/environ`,
      `exec 3< /proc/${other}/mem`,
      `exec 3<> /proc/${other}/mem`,
      `ls /proc/${other}/root /proc/${other}/cwd /proc/${other}/fd`,
      `kill -0 ${other}`,
      `kill -9 ${process.pid}`,
      `nsenter -t ${other} -a true`,
      'grep -aq sk-of-another /proc/*/environ',
      'grep -aq sk-ant-secret /proc/*/environ',
      // The first process inside is bubblewrap's own, from before the environment was cleared.
      'exec 3> /proc/1/mem && echo x >&3',
      'exec 3> /proc/self/exe',
      `[ -e /proc/self/root${place.root}/marker ]`,
    ]);
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });

  test('calls into the kernel that namespaces do not cover are refused', async () => {
    const place = await layOut();
    const numbers =
      process.arch === 'arm64'
        ? { keyctl: 219, bpf: 280, perf: 241, setns: 268 }
        : { keyctl: 250, bpf: 321, perf: 298, setns: 308 };
    const isRefused = (number: number): string =>
      `perl -e 'exit(syscall(${number}, 0, 0, 0, 0, 0) == -1 && $!{EPERM} ? 1 : 0)'`;
    await checkAllFail(place, [
      ...Object.values(numbers).map(isRefused),
      // TIOCSTI would type into the terminal that Loki was started from; there is none inside.
      'exec 3<> /dev/tty',
      `perl -e 'my $c = "x"; exit(ioctl(STDIN, 0x5412, $c) ? 0 : 1)'`,
      `perl -e 'open(my $f, "<", "/proc/self/fd/0"); my $c = "x"; exit(ioctl($f, 0x5412, $c) ? 0 : 1)'`,
      'unshare --user --map-root-user unshare --mount true',
      `perl -e 'exit(syscall(${process.arch === 'arm64' ? 97 : 272}, 0x10000000) == -1 ? 1 : 0)'`,
    ]);
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
      'chown 1:1 a.txt',
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
});
