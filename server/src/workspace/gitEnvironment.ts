// What every git process of Loki is started with: an environment written from scratch and configuration that outranks
// the repository's, the user's and the system's, so that none of them can make git run a program. Identity and
// `safe.directory` are still read from where the user keeps them. Called by git.ts alone.

/** Variables of the person's environment that git needs to find itself, its user and temporary space. */
const inherited = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'XDG_CONFIG_HOME',
  'SystemRoot',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'ProgramData',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
];

const fixed: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  // Reading never takes a lock or rewrites the user's index.
  GIT_OPTIONAL_LOCKS: '0',
  // A partial clone must not fetch what is missing: that would start ssh or a helper of the configuration.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
};

/** One setting that outranks every configuration file. */
export type Setting = readonly [key: string, value: string];

const hardened: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.pager', 'cat'],
  ['core.editor', 'false'],
  ['core.askPass', 'false'],
  ['core.sshCommand', 'false'],
  ['core.alternateRefsCommand', 'false'],
  ['credential.helper', ''],
  ['commit.gpgSign', 'false'],
  ['tag.gpgSign', 'false'],
  ['log.showSignature', 'false'],
  ['gpg.program', 'false'],
  ['submodule.recurse', 'false'],
  ['diff.ignoreSubmodules', 'all'],
  ['merge.default', 'text'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  // An identity made up from the host's name would be worse than our own.
  ['user.useConfigOnly', 'true'],
  ['core.quotePath', 'false'],
  ['core.safecrlf', 'false'],
  ['color.ui', 'false'],
  ['i18n.commitEncoding', 'UTF-8'],
  ['i18n.logOutputEncoding', 'UTF-8'],
];

/**
 * Settings that switch off the programs a configuration names by keys of its own choosing. Each driver's key must be
 * overridden by name, so `keys` are all the names the configuration has (`git config --list --name-only`).
 */
export function driverOverrides(keys: readonly string[]): readonly Setting[] {
  const settings = new Map<string, string>();
  for (const key of keys) {
    const driver = /^(filter|merge|hook)\.(.+)\.[^.]+$/s.exec(key);
    if (driver === null) continue;
    const [, section, name] = driver;
    if (section === 'filter') {
      for (const member of ['clean', 'smudge', 'process']) settings.set(`filter.${name}.${member}`, '');
      settings.set(`filter.${name}.required`, 'false');
    }
    // An empty merge driver would silently keep our side; one that fails makes the file a conflict, which is refused.
    if (section === 'merge') settings.set(`merge.${name}.driver`, 'exit 1');
    if (section === 'hook') settings.set(`hook.${name}.enabled`, 'false');
  }
  return [...settings];
}

export interface GitPlace {
  /** Names the repository instead of letting git look for `.git`, which in a worktree an agent could have replaced. */
  readonly gitDir?: string;
  readonly workTree?: string;
  /** An index of our own, so that the user's is never touched. */
  readonly index?: string;
  /** The one remote that this process may reach; without it git has no network and no other repository. */
  readonly remote?: {
    readonly url: string;
    readonly protocol: string;
    readonly isNear: boolean;
    readonly credentials: readonly Setting[];
  };
  /** Who commits; without it the user's own identity counts. */
  readonly identity?: { readonly name: string; readonly email: string };
}

/** The whole environment of one git process. */
export function gitEnvironment(
  env: NodeJS.ProcessEnv,
  place: GitPlace,
  overrides: readonly Setting[],
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of inherited) {
    const value = env[name];
    if (value !== undefined) result[name] = value;
  }
  // A relative entry would find a program called `git` in the very folder that is not trusted.
  const separator = process.platform === 'win32' ? ';' : ':';
  const folders = (result['PATH'] ?? env['Path'] ?? '').split(separator);
  result['PATH'] = folders.filter((folder) => /^([A-Za-z]:)?[\\/]/.test(folder)).join(separator);
  Object.assign(result, fixed);
  if (place.gitDir !== undefined) result['GIT_DIR'] = place.gitDir;
  if (place.workTree !== undefined) result['GIT_WORK_TREE'] = place.workTree;
  if (place.index !== undefined) result['GIT_INDEX_FILE'] = place.index;
  if (place.identity !== undefined) {
    for (const role of ['AUTHOR', 'COMMITTER']) {
      result[`GIT_${role}_NAME`] = place.identity.name;
      result[`GIT_${role}_EMAIL`] = place.identity.email;
    }
  }
  const network = place.remote === undefined ? [] : openRemote(env, place.remote, result);
  // By environment rather than by `-c`: there a name that contains `=` would be cut at the wrong place.
  const settings = [...hardened, ...overrides, ...network];
  result['GIT_CONFIG_COUNT'] = String(settings.length);
  for (const [index, [key, value]] of settings.entries()) {
    result[`GIT_CONFIG_KEY_${index}`] = key;
    result[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return result;
}

/** What a remote needs: its protocol, plain ssh with the user's agent, and the user's own helpers for passwords. */
function openRemote(
  env: NodeJS.ProcessEnv,
  { url, protocol, isNear, credentials }: NonNullable<GitPlace['remote']>,
  result: Record<string, string>,
): readonly Setting[] {
  result['GIT_ALLOW_PROTOCOL'] = protocol;
  // Nobody sits there who could answer a question. Before the configuration's command, which is switched off.
  result['GIT_SSH_COMMAND'] = `ssh -o BatchMode=yes${isNear ? staysHere : ''}`;
  result['GIT_SSH_VARIANT'] = 'ssh';
  const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];
  for (const name of ['SSH_AUTH_SOCK', 'SSH_AGENT_PID', 'XDG_RUNTIME_DIR', ...(isNear ? [] : proxies)]) {
    for (const spelling of [name, name.toLowerCase()]) {
      const value = env[spelling];
      if (value !== undefined) result[spelling] = value;
    }
  }
  // Holds against the proxies of git's own configuration too.
  if (isNear) result['no_proxy'] = '*';
  // Behind the empty helper, which forgets those of the repository.
  if (!isNear) return credentials;
  // Where a redirect would lead was not configured. Under its address too: the longest one counts.
  return [...credentials, ['http.followRedirects', 'false'], [`http.${url}.followRedirects`, 'false']];
}

/** The user's settings for a host that is this machine may name another one, or a way through it. */
const staysHere = ' -o ProxyCommand=none -o ProxyJump=none -o Hostname=%h';
