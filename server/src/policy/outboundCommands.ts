import { builtIn } from './answer.ts';
import type { EntryList } from './policy.ts';
import { readingTools } from './shell/readingTools.ts';
import { shellTools } from './shell/shellTools.ts';

// What is known of programs and other machines. It need not be complete: what is not here is asked about where nothing may
// leave and no sandbox holds it.

/** Commands of git that speak with remotes; where to, the remotes they name say. */
export const transports = listOf('git', 'push fetch pull clone ls-remote');

/** Commands that are there to reach other machines, by their first words. */
export const outboundCommands: EntryList = [
  ...listOf('', 'ssh scp sftp ftp lftp tftp telnet nc ncat netcat socat rsync rclone mosh'),
  ...listOf('', 'ping traceroute dig nslookup host whois mail sendmail gh glab aws az gcloud gsutil kubectl helm'),
  ...listOf('', 'apt apt-get aptitude dnf yum apk pacman zypper brew port snap flatpak choco winget'),
  ...listOf('', 'npx pnpx bunx uvx pipx'),
  ...listOf('npm', 'install i in ins inst isntall add ci ic clean-install install-clean it cit install-test'),
  ...listOf('npm', 'install-ci-test update up upgrade udpate exec x create init publish unpublish audit outdated'),
  ...listOf('npm', 'view info show search login adduser whoami ping'),
  ...listOf('pnpm', 'install i add update up dlx create publish fetch audit outdated'),
  ...listOf('yarn', 'install add up upgrade dlx create publish npm audit outdated'),
  ...listOf('bun', 'install i add update x create publish'),
  ...[...listOf('pip', 'install download search'), ...listOf('pip3', 'install download search')],
  ...[...listOf('uv', 'sync add pip tool lock'), ...listOf('poetry', 'install add update publish lock')],
  ...listOf('cargo', 'install add fetch update publish search login'),
  ...[...listOf('go', 'get install'), ...listOf('go mod', 'download tidy')],
  ...[...listOf('gem', 'install update push fetch'), ...listOf('bundle', 'install update add')],
  ...listOf('composer', 'install update require create-project'),
  ...[...listOf('docker', 'pull push login search'), ...listOf('podman', 'pull push login search')],
  ...listOf('git', 'submodule lfs svn p4 send-email send-pack fetch-pack http-fetch http-push imap-send daemon'),
  ...listOf('git remote', 'update show prune'),
];

// These open what an address names, or can be told to.
const mayReach = new Set([
  'awk',
  'gawk',
  'mawk',
  'nawk',
  'original-awk',
  'source',
  '.',
  'trap',
  'enable',
  'man',
  'less',
]);

/** Programs that look at files, compute and print, and reach nothing. */
export const staysHere: ReadonlySet<string> = new Set(
  [...shellTools, ...readingTools]
    .map(([name]) => name)
    .concat('mkdir rmdir touch rm unlink cp mv ln chmod tee truncate'.split(' '))
    .filter((name) => !mayReach.has(name)),
);

function listOf(program: string, words: string): EntryList {
  return words.split(' ').map((word) => ({ text: `${program} ${word}`.trim(), source: builtIn }));
}
