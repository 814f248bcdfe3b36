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
