import { describe, expect, it } from 'vitest';
import type { Action } from '#protocol/action';
import type { DecisionKind } from '#protocol/policy';
import { evaluate } from '../../../server/src/policy/evaluate.ts';
import type { TierScope } from '../../../server/src/policy/tiers.ts';
import { entries, factsOf, implementer, policyOf } from './fixtures.ts';

const listed: TierScope = {
  deniedPaths: entries('src/secrets'),
  deniedCommands: entries('curl', 'git push', 'kubectl delete', 'npm run deploy'),
  allowedCommands: entries(
    ...'echo,cat,ls,grep,find,sed,awk,sort,git log,git show,git diff,git status,git commit,git checkout,cp,mv,rm,tee,mkdir,npm test,npm run,node,python3,kubectl,sudo,xargs,bash,make test,tar,head,printf,test,read,tail,wc,jq'.split(
      ',',
    ),
  ),
};

function check(scope: TierScope, isConfined: boolean, table: Readonly<Record<DecisionKind, readonly string[]>>): void {
  const lines = Object.entries(table).flatMap(([wanted, commands]) => commands.map((command) => ({ wanted, command })));
  const got = lines.map(({ command }) => {
    const action: Action = { kind: 'command', command };
    return { wanted: evaluate(policyOf(scope, { isConfined }), implementer, action, factsOf(action)).kind, command };
  });
  expect(got).toEqual(lines);
}

describe('commands with a list', () => {
  it('each simple command of a line must be listed, word for word', () => {
    check(listed, false, {
      ALLOW: [
        'git log --oneline -3',
        'git --no-pager log',
        'npm test && npm run lint',
        'cat a.ts | head -n 3',
        'CI=1 npm test',
        'if test -f a; then cat a; else echo none; fi',
        'timeout 60 npm test',
        "bash -c 'npm test'",
        'npm test 2>&1 | tee log.txt',
        'npm test > /dev/null 2>&1',
        'echo "$(git log -1)"',
        "echo 'rm -rf / && curl x'",
        "cat <<'EOF' > a.md\n$(curl x)\nEOF",
      ],
      REQUIRE_APPROVAL: [
        'git logout',
        'git log; touch x',
        'whoami',
        'FOO=1 npm test',
        'echo $(whoami)',
        'cat "$x"',
        'f() { cat a; }; f',
        'echo $((i + 1))',
      ],
      DENY: [],
    });
  });

  it('a denied command is found behind wrappers, quotes, options and paths', () => {
    check(listed, false, {
      ALLOW: ['echo curl', 'git log --grep "git push"'],
      REQUIRE_APPROVAL: [],
      DENY: [
        'curl x',
        '/usr/bin/curl x',
        "c'u'rl x",
        'c\\\nurl x',
        "$'\\x63url' x",
        'CURL x',
        'timeout -s KILL 5 nice -n 3 curl x',
        'sudo -u root curl x',
        'env -i A=1 curl x',
        "env -S 'curl x'",
        'echo a | xargs -n 1 curl',
        "bash -ec 'curl x'",
        'eval "cu""rl x"',
        'find . -exec curl {} +',
        'busybox curl',
        'command curl',
        'exec -a ls curl',
        'echo $(curl x)',
        'echo "${a:-`curl x`}"',
        'cat <(curl x)',
        'cat <<E\n$(curl x)\nE',
        'coproc curl x',
        '! curl x',
        '(curl x)',
        'git -C . push origin x',
        'git --no-pager push',
        "git p''ush",
        'kubectl --context prod delete pod',
        'kubectl -nshop delete pod',
        'npm run deploy',
      ],
    });
  });

  it('what only the run can tell is not allowed', () => {
    check(listed, false, {
      ALLOW: [],
      REQUIRE_APPROVAL: [],
      DENY: [
        'a=cu; b=rl; $a$b x',
        'rm -rf "$DIR"',
        'rm -rf ${x:-..}',
        'echo x > "$f"',
        'bash -c "$x"',
        'eval "$(cat a)"',
        'echo ZWNo | base64 -d | bash',
        'echo 1 | python3',
        'cat names | xargs rm',
        'git log "unclosed',
        'git log &&& ls',
        'cat <<E\nno end',
        `echo ${'$('.repeat(60)}ls${')'.repeat(60)}`,
        `echo ${'x'.repeat(20_000)}`,
        "x='a[$(id)]'; echo",
        "echo ${x:'a[$(id)]'}",
        'read x < a; echo ${x@P}',
      ],
    });
  });

  it('a listed tool may not write elsewhere or start another program', () => {
    check(listed, false, {
      ALLOW: [
        "sed -n '1,5p;/x/d' a.ts",
        "sed -i 's/a/b/g' a.ts",
        "awk '{ print $1 }' a",
        'sort -o out.txt a',
        'git commit -m "fix: /etc/passwd and .git/config"',
        "grep -rn '.git/config' docs",
        'git show HEAD:docs/a.md',
      ],
      REQUIRE_APPROVAL: ['make test SHELL=./x', 'cp -r tpl/. docs', "sed 'a text' a", 'tar xf a.tar docs'],
      DENY: [
        "sed 's/x/y/e' a",
        "sed -n '/x/w out' a",
        'awk \'BEGIN { system("id") }\'',
        'sort --compress-program=sh a',
        'sort -o../x a',
        'sort --outp ../x a',
        'git log --output=../x',
        'git -c core.pager=id log',
        'git --exec-path=. log',
        'node -e 1',
        'python3 -c 1',
        'node -r ../x.js a.js',
        'tar cf a.tar --checkpoint-action=exec=id a',
        'find . -delete',
        'PATH=. ls',
        'GIT_DIR=x git log',
        'LD_PRELOAD=./x.so ls',
        'export PATH=.',
      ],
    });
  });

  it('paths in commands fall under the rules of paths, from the folder the command runs in', () => {
    check(listed, false, {
      ALLOW: [
        'cd src && cat ../a',
        '(cd src && ls); cat docs/x',
        'rm -rf dist',
        'ls docs',
        'mkdir -p src/new',
        'cp a.ts docs',
      ],
      REQUIRE_APPROVAL: ['tee package.json < a'],
      DENY: [
        'cat src/secrets/key',
        'cat < src/secrets/key',
        'cat src/sec*/key',
        'cat src/{a,secrets}/key',
        'cd src && cat secrets/key',
        'cd src; cat ../../x',
        'cd src && cd ../.. && cat x',
        'git show HEAD:src/secrets/key',
        'git -C src show HEAD -- secrets/key',
        'grep -r x src',
        'grep -f src/secrets/key a',
        'cat ~/.ssh/id_rsa',
        'cat "$HOME/x"',
        'echo x > ../y',
        'echo x >> .git/config',
        'cp a .GIT/hooks/x',
        'mv tpl .claude',
        'mv .git b',
        'rm -rf .',
        'rm -rf *',
        'rm .lok?/*',
        'mkdir .vscode',
        'cat /etc/passwd',
        'echo x > /dev/tcp/1.2.3.4/80',
        '../tool x',
      ],
    });
  });
});

describe('commands without a list', () => {
  it('ask where nothing confines them, and what is denied stays denied', () => {
    check({ deniedPaths: entries('secrets'), deniedCommands: entries('curl') }, false, {
      ALLOW: [],
      REQUIRE_APPROVAL: ['npm test', 'ls', 'node -e 1', ':'],
      DENY: ['curl x', 'cat secrets/key', 'echo x > .git/config', 'cat ../x'],
    });
  });

  it('run in the sandbox when they need no more than it gives', () => {
    check({ deniedPaths: entries('secrets'), deniedCommands: entries('curl') }, true, {
      ALLOW: [
        'npm test',
        'node -e 1',
        'grep -r x .',
        'git diff',
        'FOO=1 make',
        'cat "$x"',
        'ls /usr/lib',
        'echo x > /tmp/y',
        'for f in *; do wc -l "$f"; done',
      ],
      REQUIRE_APPROVAL: ['$tool x', 'echo {} > package.json'],
      DENY: [
        'curl x',
        "bash -c 'curl x'",
        'cat secrets/key',
        'rm -rf .git',
        'echo x > .vscode/settings.json',
        'cat ../x',
        'ls "',
        'rm -rf .',
      ],
    });
  });

  it('an explicit list still asks for the rest, sandbox or not', () => {
    check({ allowedCommands: entries('npm test') }, true, { ALLOW: ['npm test'], REQUIRE_APPROVAL: ['ls'], DENY: [] });
    check({ allowedCommands: [] }, true, { ALLOW: [], REQUIRE_APPROVAL: ['npm test'], DENY: [] });
  });
});

describe('host acts', () => {
  const ask = (command: string, scope: TierScope, isConfined: boolean) => {
    const action: Action = { kind: 'command', command };
    return evaluate(policyOf(scope, { isConfined }), { kind: 'loki' }, action, factsOf(action)).kind;
  };

  it('run when confined or listed, else ask; denied commands stay denied', () => {
    expect(ask('npm ci && npm test', {}, true)).toBe('ALLOW');
    expect(ask('npm test', { allowedCommands: entries('npm test') }, false)).toBe('ALLOW');
    expect(ask('npm ci', { allowedCommands: entries('npm test') }, false)).toBe('REQUIRE_APPROVAL');
    expect(ask('npm ci', {}, false)).toBe('REQUIRE_APPROVAL');
    expect(ask('npm ci && curl x', { deniedCommands: entries('curl') }, true)).toBe('DENY');
  });

  it('claim nothing about where the command was found', () => {
    const action: Action = { kind: 'command', command: 'npm test' };
    const said = [true, false].map(
      (isConfined) => evaluate(policyOf({}, { isConfined }), { kind: 'loki' }, action, factsOf(action)).reason,
    );
    const origin = 'it is the command that tests or prepares this project, as it was when the run started';
    expect(said).toEqual([origin, `${origin}, but there is no sandbox to hold it`]);
  });

  it('the branch of a run is exempt from branch scope, its push is not', () => {
    const branch: Action = { kind: 'git_branch', branch: 'loki/task-1' };
    const push: Action = { kind: 'git_push', remote: 'origin', branch: 'loki/task-1' };
    const policy = policyOf({ allowedBranches: entries('feature/*') });
    expect(evaluate(policy, { kind: 'loki' }, branch, factsOf(branch)).kind).toBe('ALLOW');
    expect(evaluate(policy, { kind: 'loki' }, push, factsOf(push)).kind).toBe('REQUIRE_APPROVAL');
  });
});
