import type { Doubt } from './shell/argumentReading.ts';

/** Variables that change how much is said, not what is done. */
const harmless =
  /^(?:CI|NODE_ENV|RUST_BACKTRACE|RUST_LOG|FORCE_COLOR|NO_COLOR|CLICOLOR|CLICOLOR_FORCE|TERM|COLORTERM|COLUMNS|LINES|LANG|LANGUAGE|LC_[A-Z]+|TZ|DEBUG|VERBOSE|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|PYTHONHASHSEED|CARGO_TERM_COLOR|npm_config_loglevel|NPM_CONFIG_LOGLEVEL|TF_CPP_MIN_LOG_LEVEL|APP_ENV|RAILS_ENV|RACK_ENV|LOG_LEVEL|GIT_PAGER_IN_USE|SOURCE_DATE_EPOCH)$/;

/** Variables that choose programs, libraries, settings, places or routes. */
const dangerous =
  /^(?:PATH|HOME|IFS|ENV|BASH_.*|SHELLOPTS|BASHOPTS|PS[0-4]|PROMPT_COMMAND|CDPATH|GLOBIGNORE|FPATH|ZDOTDIR|PWD|OLDPWD|SHELL|TMPDIR|TMP|TEMP|XDG_.*|LD_.*|DYLD_.*|GIT_.*|SSH_.*|GPG_.*|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_TLS_.*|NODE_REPL_.*|npm_.*|NPM_.*|YARN_.*|PNPM_.*|PYTHON(?:PATH|HOME|STARTUP|INSPECT|EXECUTABLE|BREAKPOINT|WARNINGS|USERBASE)|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|PHP.*|JAVA_.*|JDK_.*|_JAVA_.*|CLASSPATH|MAVEN_.*|GRADLE_.*|RUSTC.*|RUSTFLAGS|RUSTUP_.*|CARGO_.*|GO[A-Z]+|CGO_.*|CC|CXX|CPP|LD|AR|AS|CFLAGS|CXXFLAGS|LDFLAGS|CPPFLAGS|MAKEFLAGS|MAKE|MAKEFILES|CMAKE_.*|PAGER|MANPAGER|MANOPT|MANPATH|LESS|LESSOPEN|LESSCLOSE|LESSKEY.*|EDITOR|VISUAL|BROWSER|.*_PAGER|.*_EDITOR|.*_ASKPASS|SUDO_.*|RIPGREP_.*|TAR_OPTIONS|GZIP|ZIPOPT|UNZIP|GREP_OPTIONS|POSIXLY_CORRECT|PIP_.*|UV_.*|PIPENV_.*|VIRTUAL_ENV|CONDA_.*|DOCKER_.*|KUBECONFIG|AWS_.*|AZURE_.*|GOOGLE_.*|GCLOUD_.*|.*_proxy|.*_PROXY|CURL_.*|WGETRC|NETRC|SSL_.*|HOSTALIASES|RES_OPTIONS|LOCALDOMAIN|MALLOC_.*|GLIBC_.*|GCONV_PATH|NLSPATH|TERMINFO.*|TERMCAP|INPUTRC|HIST.*|FCEDIT|EXINIT|VIMINIT|VIM.*|LOKI_.*|SCOPE_.*|COST_.*|GATE_.*)$/;

/** What an assignment means for a command. `isAlone` when no command follows it, so that only the shell knows it. */
export function judgeAssignment(name: string, value: string, isAlone: boolean): Doubt | null {
  if (/\$\(|`/.test(value)) return { decision: 'DENY', reason: `the value of ${shownName(name)} hides a command` };
  if (harmless.test(name)) return null;
  if (dangerous.test(name) || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return { decision: 'DENY', reason: `the variable ${shownName(name)} changes which programs or settings are used` };
  }
  if (isAlone && name === name.toLowerCase()) return null;
  return { decision: 'REQUIRE_APPROVAL', reason: `nobody knows what the variable ${shownName(name)} changes` };
}

/** What it means that a builtin fills a variable with what only the run can tell. */
export function judgeFilled(name: string | null): Doubt | null {
  if (name === null) return { decision: 'REQUIRE_APPROVAL', reason: 'it fills a variable that only the run can name' };
  if (!dangerous.test(name.replace(/\[.*$/s, ''))) return null;
  return { decision: 'DENY', reason: `the variable ${shownName(name)} changes which programs or settings are used` };
}

function shownName(name: string): string {
  return name.slice(0, 60).replace(/[^\x20-\x7e]/g, '?');
}
