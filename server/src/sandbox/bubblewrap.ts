import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { unreachable } from '../base/invariant.ts';
import type { DependencyView } from './dependencyLinks.ts';
import type { Limits } from './limits.ts';
import type { Mask } from './masks.ts';
import { privateHome, type PrivateFiles } from './privateFiles.ts';
import { isBelow, type Toolchain } from './toolchain.ts';

// The arguments of one bubblewrap call. What is not named here does not exist inside: never `/`, never all of /etc,
// never a home folder, never the repository's own .git. Later arguments are laid over earlier ones, so order matters.

export interface Confined {
  /** Absolute, without links: the only place of the host that can be written. */
  readonly workspace: string;
  readonly cwd: string;
  readonly masks: readonly Mask[];
  readonly dependencies: readonly DependencyView[];
  readonly toolchain: Toolchain;
  readonly env: Readonly<Record<string, string>>;
  readonly files: PrivateFiles;
  readonly limits: Limits;
  readonly seccompFd: number | null;
  readonly statusFd: number;
  /** Folders of the host that stay out of sight even where they lie in a folder that is shown. */
  readonly concealed: readonly string[];
  /** What makes the way to allowed hosts appear inside; empty where there is none. */
  readonly network: readonly string[];
}

// What bubblewrap's own /proc leaves writable for root, or tells about others. Shown again read-only, or emptied.
const procReadOnly = ['sys', 'sysrq-trigger', 'fs', 'mtrr'];
const procEmptied = ['kcore', 'keys', 'sched_debug'];
const procEmptiedFolders = ['acpi', 'scsi'];

/** Every argument but the command's own. None of them may contain a NUL: they travel separated by it. */
export function bubblewrapArguments(confined: Confined): readonly string[] {
  const { workspace, cwd, limits, seccompFd, statusFd } = confined;
  const temporary = String(limits.temporaryBytes);
  return [
    ['--unshare-user', '--disable-userns', '--unshare-all', '--cap-drop', 'ALL'],
    ['--die-with-parent', '--new-session', '--clearenv', '--hostname', 'loki'],
    proc(confined.files.empty),
    ['--dev', '/dev', '--perms', '1777', '--size', temporary, '--tmpfs', '/dev/shm'],
    ['--perms', '1777', '--size', temporary, '--tmpfs', '/tmp', '--tmpfs', '/run'],
    ['--dir', '/home', '--perms', '0700', '--size', temporary, '--tmpfs', privateHome],
    system(confined),
    confined.toolchain.shown.flatMap((place) => ['--ro-bind-try', place, place]),
    confined.concealed.filter((place) => isShown(confined, place)).flatMap((place) => emptyFolder(place)),
    rustHome(confined),
    ['--bind', workspace, workspace],
    confined.masks.flatMap((mask) => maskArguments(mask, confined.files.empty)),
    hiddenGit(workspace),
    confined.dependencies.flatMap((view) => dependencyArguments(view, temporary)),
    confined.network,
    ['--remount-ro', '/dev', '--remount-ro', '/run', '--remount-ro', '/'],
    ['--chdir', cwd],
    Object.entries(confined.env).flatMap(([name, value]) => ['--setenv', name, value]),
    seccompFd === null ? [] : ['--seccomp', String(seccompFd)],
    ['--json-status-fd', String(statusFd)],
  ].flat();
}

function proc(empty: string): readonly string[] {
  const exists = (name: string): boolean => existsSync(`/proc/${name}`);
  return [
    ['--proc', '/proc'],
    procReadOnly.filter(exists).flatMap((name) => ['--ro-bind', `/proc/${name}`, `/proc/${name}`]),
    procEmptied.filter(exists).flatMap((name) => ['--ro-bind', empty, `/proc/${name}`]),
    procEmptiedFolders.filter(exists).flatMap((name) => emptyFolder(`/proc/${name}`)),
  ].flat();
}

function system({ files }: Confined): readonly string[] {
  const args = ['--ro-bind', '/usr', '/usr'];
  for (const folder of ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']) {
    const entry = lstatSync(folder, { throwIfNoEntry: false });
    if (entry === undefined) continue;
    args.push(
      ...(entry.isSymbolicLink() ? ['--symlink', readlinkSync(folder), folder] : ['--ro-bind', folder, folder]),
    );
  }
  // A place where people and containers keep source code: no program needs it to run.
  if (existsSync('/usr/src')) args.push(...emptyFolder('/usr/src'));
  args.push('--ro-bind', files.etc, '/etc', '--symlink', '/tmp', '/var/tmp');
  for (const name of files.etcFolders) args.push('--ro-bind', `/etc/${name}`, `/etc/${name}`);
  return args;
}

function isShown({ toolchain }: Confined, place: string): boolean {
  return existsSync(place) && ['/usr', ...toolchain.shown].some((shown) => isBelow(place, shown) && place !== shown);
}

// Cargo and rustup want to write beside what they read, so they get a home of their own with the toolchains and the
// downloaded packages in it; credentials stay outside.
function rustHome({ toolchain }: Confined): readonly string[] {
  const { cargoHome, rustupHome } = toolchain;
  const cargo =
    cargoHome === null ? [] : ['--ro-bind-try', path.join(cargoHome, 'registry'), `${privateHome}/.cargo/registry`];
  const names = rustupHome === null ? [] : ['toolchains', 'settings.toml'];
  const rustup = names.flatMap((name) => [
    '--ro-bind-try',
    path.join(rustupHome ?? '', name),
    `${privateHome}/.rustup/${name}`,
  ]);
  return [...cargo, ...rustup];
}

function maskArguments(mask: Mask, empty: string): readonly string[] {
  switch (mask.kind) {
    case 'pin':
      return [mask.isReadOnly ? '--ro-bind' : '--bind', mask.at, mask.at];
    case 'readOnly':
      return ['--ro-bind', mask.at, mask.at];
    case 'hiddenFolder':
      return emptyFolder(mask.at);
    case 'hiddenFile':
      return ['--ro-bind', empty, mask.at];
    default:
      return unreachable(mask);
  }
}

function emptyFolder(at: string): readonly string[] {
  return ['--size', '4096', '--tmpfs', at, '--remount-ro', at];
}

// A worktree's .git is a file that names the main repository. A device in its place makes git say that there is no
// repository, where an empty file would be an error of its own.
function hiddenGit(workspace: string): readonly string[] {
  const at = path.join(workspace, '.git');
  const entry = lstatSync(at, { throwIfNoEntry: false });
  if (entry === undefined || entry.isSymbolicLink()) return [];
  return entry.isDirectory() ? emptyFolder(at) : ['--ro-bind', '/dev/null', at];
}

function dependencyArguments(view: DependencyView, temporary: string): readonly string[] {
  if (view.kind === 'whole') {
    // A second time at its own place: installed scripts name their interpreter by its full path.
    return ['--ro-bind', view.from, view.at, '--ro-bind', view.from, view.from];
  }
  return [
    ['--ro-bind', view.from, view.shownAt, '--size', temporary, '--tmpfs', view.at],
    view.folders.flatMap((folder) => ['--dir', folder]),
    view.links.flatMap((link) => ['--symlink', link.target, link.at]),
  ].flat();
}
