import { builtIn } from './answer.ts';
import type { EntryList } from './policy.ts';
import { readingTools } from './shell/readingTools.ts';
import { shellTools } from './shell/shellTools.ts';

// What is known of programs and other machines. It need not be complete: what is not here is asked about where nothing may
// leave and no sandbox holds it.

/** Commands of git that speak with remotes; where to, the remotes they name say. */
export const transports = listOf(['git', 'push fetch pull clone ls-remote']);

/** Commands that are there to reach other machines, by their first words. */
export const outboundCommands = listOf(
  ['', 'ssh scp sftp ftp lftp tftp telnet nc ncat netcat socat rsync rclone mosh'],
  ['', 'ping traceroute dig nslookup host whois mail sendmail gh glab aws az gcloud gsutil kubectl helm'],
  ['', 'apt apt-get aptitude dnf yum apk pacman zypper brew port snap flatpak choco winget'],
  ['', 'npx pnpx bunx uvx pipx'],
  ['npm', 'install i in ins inst isntall add ci ic clean-install install-clean it cit install-test install-ci-test'],
  ['npm', 'update up upgrade udpate exec x create init publish unpublish audit outdated'],
  ['npm', 'view info show search login adduser whoami ping'],
  ['pnpm', 'install i add update up dlx create publish fetch audit outdated'],
  ['yarn', 'install add up upgrade dlx create publish npm audit outdated'],
  ['bun', 'install i add update x create publish'],
  ['pip', 'install download search'],
  ['pip3', 'install download search'],
  ['uv', 'sync add pip tool lock'],
  ['poetry', 'install add update publish lock'],
  ['cargo', 'install add fetch update publish search login'],
  ['go', 'get install'],
  ['go mod', 'download tidy'],
  ['gem', 'install update push fetch'],
  ['bundle', 'install update add'],
  ['composer', 'install update require create-project'],
  ['docker', 'pull push login search'],
  ['podman', 'pull push login search'],
  ['git', 'submodule lfs svn p4 send-email send-pack fetch-pack http-fetch http-push imap-send daemon'],
  ['git remote', 'update show prune'],
);

// These open what an address names, ask others for a name, or can be told to.
const mayReach = new Set('awk gawk mawk nawk original-awk source . trap enable man less hostname'.split(' '));

/** Programs that look at files, compute and print, and reach nothing. */
export const staysHere: ReadonlySet<string> = new Set(
  [...shellTools, ...readingTools]
    .map(([name]) => name)
    .concat('mkdir rmdir touch rm unlink cp mv ln chmod tee truncate'.split(' '))
    .filter((name) => !mayReach.has(name)),
);

function listOf(...programs: readonly (readonly [program: string, words: string])[]): EntryList {
  return programs.flatMap(([program, words]) =>
    words.split(' ').map((word) => ({ text: `${program} ${word}`.trim(), source: builtIn })),
  );
}
