import { existsSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { prepare, runConfined, type BubblewrapDeps } from './bubblewrapSandbox.ts';
import { readProcess } from './processTree.ts';

export type SelfTest =
  | { readonly kind: 'holds' }
  | { readonly kind: 'escaped'; readonly escapes: readonly string[] }
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * Tries to get out of bubblewrap on this machine, in one start of it, in every way that namespaces, mounts and the
 * network are meant to close. Files of the whole machine are opened only, never written.
 */
export async function testEscape(deps: BubblewrapDeps): Promise<SelfTest> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'loki-self-test-'));
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const port = isInternet(address) ? address.port : 0;
    const place = await layOut(folder);
    const ended = await runConfined(
      prepare(deps),
      { workspace: place.workspace, hidden: ['hidden'], readOnly: ['fixed'], dependencies: [], network: null },
      { command: script(place, port), cwd: '.', variables: {}, timeoutMs: 10_000 },
      new AbortController().signal,
    );
    if (ended.kind === 'not_started') return { kind: 'unusable', reason: ended.reason };
    if (ended.kind !== 'exited') return { kind: 'unusable', reason: 'the self-test did not end in time' };
    const said = ended.output.split('\n');
    const escapes = said.filter((line) => line.startsWith('escaped: ')).map((line) => line.slice('escaped: '.length));
    if (existsSync(place.outside)) escapes.push('wrote outside the workspace');
    if ((await readFile(place.fixed, 'utf8')) !== 'fixed\n') escapes.push('changed a read-only file');
    if (connections > 0) escapes.push('reached the network');
    if (escapes.length > 0) return { kind: 'escaped', escapes: [...new Set(escapes)] };
    const isWhole = said.includes('tried everything') && existsSync(place.written);
    if (!isWhole)
      return { kind: 'unusable', reason: `the self-test stopped early: ${ended.output.trim().slice(0, 300)}` };
    return { kind: 'holds' };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Layout {
  readonly workspace: string;
  /** Must not be there afterwards. */
  readonly outside: string;
  /** Must be there afterwards: a sandbox in which nothing can be written is of no use. */
  readonly written: string;
  readonly marker: string;
  readonly fixed: string;
}

async function layOut(folder: string): Promise<Layout> {
  const workspace = path.join(folder, 'workspace');
  const fixed = path.join(workspace, 'fixed', 'file');
  const marker = path.join(folder, 'marker');
  await mkdir(path.join(workspace, 'hidden'), { recursive: true });
  await mkdir(path.dirname(fixed));
  await Promise.all([
    writeFile(marker, 'marker\n'),
    writeFile(path.join(workspace, 'hidden', 'secret'), 'secret\n'),
    writeFile(fixed, 'fixed\n'),
  ]);
  return { workspace, outside: path.join(folder, 'escape'), written: path.join(workspace, 'written'), marker, fixed };
}

function script({ workspace, outside, marker, fixed }: Layout, port: number): string {
  const namespaces = ['pid', 'net', 'ipc', 'uts', 'user', 'mnt'].map((name) => {
    return `[ "$(readlink /proc/self/ns/${name})" != '${readlinkSync(`/proc/self/ns/${name}`)}' ] || say 'shares the ${name} namespace'`;
  });
  return [
    'say() { echo "escaped: $1"; }',
    `cd '${workspace}' && echo x > written`,
    `echo x > '${outside}'`,
    `[ -e '${marker}' ] && say 'read a file outside'`,
    `[ -e hidden/secret ] && say 'read a hidden file'`,
    `echo x > '${fixed}'`,
    `: < /dev/tcp/127.0.0.1/${port} && say 'reached the network'`,
    // Opened for appending and closed again: nothing is written even where this succeeds.
    "[ ! -e /proc/sys/kernel/domainname ] || { : >> /proc/sys/kernel/domainname; } && say 'opened a kernel setting'",
    `grep -qsF ' ${ownStart()} ' /proc/${process.pid}/stat && say 'sees processes of the host'`,
    ...namespaces,
    "mount -o remount,rw,bind fixed && say 'remounted'",
    "unshare --user --map-root-user true && say 'made a user namespace'",
    `echo x > '${fixed}'`,
    "echo 'tried everything'",
  ].join('\n');
}

/** When this process was started, in the machine's ticks: tells it apart from one inside that has the same number. */
function ownStart(): string {
  return readProcess(process.pid)?.startedAt ?? '';
}

function isInternet(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
